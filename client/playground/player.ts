import { newWorld } from './people.ts';
import { discardPhone } from './phones.ts';
import { deviceNames } from './platforms.ts';
import { resetPlatforms } from './presses/events.ts';
import { press } from './presses/press.ts';
import { codeShown } from './presses/scan.ts';
import { emptyState, getState, type Playing, setState } from './state.ts';
import { decodeSteps, encodeSteps, type Step } from './steps.ts';
import { stories } from './stories.ts';

/** Milliseconds between two steps, for people to follow; a link may set another pace. */
let pace = 700;

/** Empties all phones, and replaces the people. */
export function startOver(): void {
  const { shown, code } = getState();
  code?.stop();
  resetPlatforms();
  setState({ ...emptyState(newWorld()), shown });
  for (const platform of deviceNames) discardPhone(platform);
}

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Plays steps from the start, with new people. @param story its id; undefined for shared steps */
export async function play(story: string | undefined, steps: readonly Step[]): Promise<void> {
  startOver();
  setState({ playing: { story, steps, index: 0, status: 'playing', entries: 0 } });
  await resume();
}

/** The world whose story is being played, perhaps its last step before a pause. */
let worldInPlay: string | undefined;

/** Plays on from the current step, until the end, a pause, or another story. */
export async function resume(): Promise<void> {
  const { world, playing } = getState();
  if (!playing) return;
  setState({ playing: { ...playing, status: 'playing' } });
  if (worldInPlay === world) return;
  worldInPlay = world;
  await playOn(world, playing);
  if (worldInPlay === world) worldInPlay = undefined;
}

async function playOn(world: string, started: Playing): Promise<void> {
  for (let { index } = started; index < started.steps.length; index++) {
    const step = started.steps[index];
    if (!step) break;
    await playStep(step);
    const { world: now, playing } = getState();
    if (now !== world || !playing) return;
    const status = index + 1 === started.steps.length ? 'done' : playing.status;
    setState({ playing: { ...playing, index: index + 1, status, entries: getState().entries.length } });
    if (getState().playing?.status !== 'playing') return;
    await wait(pace);
    if (getState().world !== world || getState().playing?.status !== 'playing') return;
  }
}

/** A page that shows a code, and waits for a phone in one of the next steps. */
let waiting: Promise<unknown> | undefined;

async function playStep(step: Step): Promise<void> {
  const running = press(step);
  if (step.press === 'qr') {
    waiting = running;
    await Promise.race([running, codeShown()]);
  } else {
    await running;
    if (step.press === 'scan') await waiting;
  }
}

/** Pauses after the running step. */
export function pause(): void {
  const { playing } = getState();
  if (playing) setState({ playing: { ...playing, status: 'paused' } });
}

/** Leaves the story; its phones stay as they are. */
export const leave = (): void => setState({ playing: undefined });

/** The address that replays what is on the page: the story, or the presses so far. */
export function shareLink(): string {
  const { playing, entries } = getState();
  const isStory = playing?.story !== undefined && playing.entries === entries.length;
  const steps = entries.map(({ step }) => step).reverse();
  const hash = isStory ? `story=${playing.story}` : steps.length > 0 ? `steps=${encodeSteps(steps)}` : '';
  return new URL(`#${hash}`, location.href).href;
}

/** Plays the story that the address names, if it names one. */
export async function playFromAddress(): Promise<void> {
  const parameters = new URLSearchParams(location.hash.slice(1));
  const [id, encoded, asked] = ['story', 'steps', 'pace'].map((name) => parameters.get(name));
  if (asked) pace = Math.min(Math.max(Number(asked) || 0, 0), 5000);
  const story = stories.find((candidate) => candidate.id === id);
  const steps = story?.steps ?? (encoded ? decodeSteps(encoded) : undefined);
  if (steps) await play(story?.id, steps);
  else if (id || encoded) setState({ badLink: true });
}
