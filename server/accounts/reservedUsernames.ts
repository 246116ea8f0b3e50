import type { App } from '../config/apps.ts';
import { invalidField } from '../errors.ts';
import { normalizeLoginName } from './loginNames.ts';

/** Names with which a user could impersonate the app's operators. */
const usual = `admin administrator root system sysadmin superuser superadmin webmaster postmaster hostmaster security abuse support helpdesk
  service customerservice official moderator staff operator owner null undefined anonymous
  管理员 系统管理员 超级管理员 管理 系统 系统消息 系统通知 官方 官方客服 官方账号 客服 在线客服 人工客服 版主 站长 运营 财务 匿名用户`.split(
  /\s+/,
);

/** Removes case, full-width forms, spaces and punctuation. */
const bare = (name: string) => normalizeLoginName('username', name).replaceAll(/[\s\p{P}\p{S}]/gu, '');

const usualBare = new Set(usual.map(bare));

/** @throws request_invalid for a username that the app reserves */
export function refuseReserved({ reserved_usernames }: App, username: string): void {
  const name = bare(username);
  if (name !== '' && (usualBare.has(name) || reserved_usernames.some((reserved) => bare(reserved) === name))) {
    throw invalidField('/body/username', 'is reserved by the app: choose another');
  }
}
