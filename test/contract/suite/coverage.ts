import { type OperationId, operationTable } from '../../../generated/operations.ts';
import { operationIds } from '../../support/contract.ts';
import { conventionsOf } from './conventions.ts';
import { exemptions } from './exemptions.ts';
import { memory } from './memory/index.ts';
import { sentenceOf } from './memory/words.ts';
import { readSentences, type Sentence } from './sentences.ts';

export interface Coverage {
  /** Marks and exemptions without a sentence in the contract, because it was changed or removed. */
  stale: string[];
  /** Sentences that promise something, and have neither a case nor an exemption, with their places. */
  uncovered: string[];
  /** Numbers of sentences by kind. */
  counts: { labels: number; withCase: number; exempt: number; uncovered: number };
}

/** Compares the contract's prose with the sentences that cases test. */
export function readCoverage(): Coverage {
  const sentences = readSentences();
  const { marks, all } = readMarks();
  const texts = new Set(sentences.map(({ text }) => text));
  const exempt = ({ text, place }: Sentence) =>
    exemptions.some(
      ({ of, places = /^/ }) => places.test(place) && of.some((each) => (typeof each === 'string' ? each === text : each.test(text))),
    );
  const promises = sentences.filter(({ text }) => isPromise(text));
  const open = promises.filter((sentence) => !isMarked(sentence, marks));
  const uncovered = open.filter((sentence) => !exempt(sentence));
  const count = (some: Sentence[]) => new Set(some.map(({ text }) => text)).size;
  return {
    stale: [
      ...all.filter(({ variants }) => !variants.some((text) => texts.has(text))).map(({ text }) => `no such sentence: ${text}`),
      ...exemptions.flatMap(({ of }) => of).flatMap((each) => (isStale(each, texts) ? [`exempt, but no such sentence: ${each}`] : [])),
    ],
    uncovered: [...new Set(uncovered.map(({ text, place }) => `${place}: ${text}`))],
    counts: {
      labels: texts.size - count(promises),
      withCase: count(promises) - count(open),
      exempt: count(open) - count(uncovered),
      uncovered: count(uncovered),
    },
  };
}

const isStale = (each: string | RegExp, texts: Set<string>) =>
  typeof each === 'string' ? !texts.has(each) : ![...texts].some((text) => each.test(text));

/** The sentences that cases test, each with the operations of the cases. */
function readMarks(): { marks: Map<string, Set<OperationId>>; all: { text: string; variants: string[] }[] } {
  const marks = new Map<string, Set<OperationId>>();
  const mark = (text: string, id: OperationId) => marks.set(text, (marks.get(text) ?? new Set()).add(id));
  const conventions = operationIds.flatMap((id) => conventionsOf(id).flatMap(({ says }) => says.map((text) => ({ text, id }))));
  for (const { text, id } of conventions) mark(text, id);
  for (const { of, says } of memory) for (const text of says) for (const id of of) mark(sentenceOf(text, id), id);
  return {
    marks,
    all: [
      ...conventions.map(({ text }) => ({ text, variants: [text] })),
      ...memory.flatMap(({ of, says }) => says.map((text) => ({ text, variants: of.map((id) => sentenceOf(text, id)) }))),
    ],
  };
}

/** A sentence about an operation needs a case that runs for that operation; any other sentence needs some case. */
function isMarked({ text, place }: Sentence, marks: Map<string, Set<OperationId>>): boolean {
  const of = marks.get(text);
  return of !== undefined && (!(place in operationTable) || of.has(place as OperationId));
}

/** Verbs of sentences that promise something; a sentence without one only names a thing, such as "Display name." */
const verbs =
  /\b(is|are|was|has|have|does|do|can|cannot|may|must|gets?|turns?|takes?|finds?|creates?|opens?|closes?|writes?|sets?|sends?|mails?|keeps?|kept|needs?|becomes?|moves?|belongs?|carr(y|ies)|shows?|holds?|spends?|gives?|leaves?|refuses?|reject(s|ed)?|accept(s|ed)?|ignore(s|d)?|equals?|matches|comes?|lists?|names?|counts?|begins?|stays?|stores?|joins?|answers?|invalidates|exchanges|covers|protects|determines?|asks?|tells?|clears?|changes?|reads?|uses?|sorted|compared|logs|never|not|always|absent|drop(s|ped)?|lower-cased|unique|true)\b/i;

const isPromise = (text: string) => verbs.test(text.replaceAll(/`[^`]*`/g, '`'));
