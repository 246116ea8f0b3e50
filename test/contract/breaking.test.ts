import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { contract } from '../support/contract.ts';
import { createFolder } from '../support/folder.ts';

// biome-ignore lint/suspicious/noExplicitAny: a change is made in any place
type Change = (contract: any) => unknown;

/** Runs `npm run check:breaking` on a change of the current contract. */
async function check(change: Change): Promise<{ code: number; stdout: string }> {
  const [before, after] = [`${createFolder()}/before.json`, `${createFolder()}/after.json`];
  const changed = structuredClone(contract);
  change(changed);
  writeFileSync(before, JSON.stringify(contract));
  writeFileSync(after, JSON.stringify(changed));
  return promisify(execFile)('node', ['tools/breaking.ts', before, after]).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (failure) => failure,
  );
}

const removeField: Change = ({ components: { schemas } }) => {
  delete schemas.LinkResult.properties.openid;
  schemas.LinkResult.required = schemas.LinkResult.required.filter((name: string) => name !== 'openid');
};
const requireInput: Change = ({ components: { schemas } }) => schemas.SilentLoginWechat.required.push('login_with_unionid');
const renameOperation: Change = ({ paths }) => Object.assign(paths['/hserve/v2.2/server/time/'].get, { operationId: 'readServerTime' });
const { version } = contract.info;
const raised = version.replace(/^0\.(\d+)\..*/, (_, minor) => `0.${Number(minor) + 1}.0`);
const raiseVersion: Change = ({ info }) => Object.assign(info, { version: raised });

describe('the check for breaking changes', () => {
  it.each([
    [
      'a field taken from an answer',
      removeField,
      'Property `openid` of `LinkResult` was removed.',
      'the answers of linkWechat, linkQq, linkBaidu, linkKuaishou, linkJd, linkBytedance, linkXiaohongshu',
      'mini-programs on WeChat, QQ, Baidu, Kuaishou, JD, ByteDance, Xiaohongshu that read the old answers',
    ],
    [
      'an input that must be given now',
      requireInput,
      'Properties of `SilentLoginWechat` became required: `login_with_unionid`.',
      'the requests of silentLoginWechat',
      'mini-programs on WeChat that send requests valid before',
    ],
    ['another operationId', renameOperation, "changed from 'getServerTime' to 'readServerTime'", 'getServerTime', 'generated clients'],
  ])('stops %s, and reports what breaks and for whom', async (_what, change, what, where, whom) => {
    const { code, stdout } = await check(change);
    expect([code, stdout]).toEqual([1, expect.stringContaining(`The contract breaks clients of ${version} in `)]);
    for (const text of [what, where, whom]) expect(stdout).toContain(text);
  });

  it('lets a breaking change pass if the version announces it', async () => {
    const { code, stdout } = await check((changed) => [removeField(changed), raiseVersion(changed)]);
    expect([code, stdout]).toEqual([0, expect.stringContaining(`${version} → ${raised}`)]);
  });

  it('accepts a new operation, a new field and a new optional input', async () => {
    const add: Change = ({ components: { schemas } }) => {
      schemas.SilentLoginWechat.properties.more = { type: 'string', description: 'New.' };
      schemas.LinkResult.properties.more = { type: 'string', description: 'New.' };
    };
    expect(await check(add)).toMatchObject({ code: 0, stdout: '' });
  });
});
