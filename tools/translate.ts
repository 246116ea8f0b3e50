/**
 * `npm run translate`: adds the English of every untranslated text to the overlays of each language, with an empty translation, or the old
 * one if the text has changed. Removes translations of deleted texts. Does the same for the docstrings of the client's reference. With
 * `--check` it writes nothing and fails if the translations are not up to date.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { translationProblems, updateTranslations } from './clientReference/translations.ts';
import { referenceTexts } from './clientReference.ts';
import { folderOf, problemsOf, readOverlays, unfinished, writeOverlays } from './translations/overlay.ts';
import { updateOverlays } from './translations/update.ts';

/** Bundles the contract as `npm run generate` does before it derives anything. */
function readContract() {
  const folder = mkdtempSync(join(tmpdir(), 'contract-'));
  try {
    const bundle = join(folder, 'openapi.json');
    const args = ['--no-install', 'redocly', 'bundle', '--config=openapi/redocly.yaml', 'openapi/openapi.yaml', `--output=${bundle}`];
    execFileSync('npx', args, { stdio: 'pipe' });
    return JSON.parse(readFileSync(bundle, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const contract = readContract();
for (const language of readdirSync('openapi/overlays')) {
  if (process.argv.includes('--check')) {
    const problems = problemsOf(contract, readOverlays(language));
    if (problems.length === 0) continue;
    process.stderr.write(`${folderOf(language)}: ${problems.length} texts to translate; \`npm run translate\` adds them there, in English, each
with an empty place for the translation:\n${problems.join('\n')}\n`);
    process.exitCode = 1;
  } else {
    const updated = updateOverlays(contract, language, readOverlays(language));
    writeOverlays(language, updated);
    const open = problemsOf(contract, updated);
    const state = open.length === 0 ? 'complete' : `${open.length} translations to write; they are empty or begin with ${unfinished}`;
    process.stdout.write([`${folderOf(language)}: ${state}`, ...open, ''].join('\n'));
  }
}

const docstrings = await referenceTexts();
if (process.argv.includes('--check')) {
  const problems = translationProblems(docstrings);
  if (problems.length > 0) {
    process.stderr.write(`${problems.join('\n')}\n\`npm run translate\` adds them there, each with an empty place for the translation.\n`);
    process.exitCode = 1;
  }
} else {
  const open = updateTranslations(docstrings);
  process.stdout.write(`tools/clientReference: ${open === 0 ? 'complete' : `${open} translations to write`}\n`);
}
