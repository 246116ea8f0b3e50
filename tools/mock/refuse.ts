import type { Request } from 'express';
import { operationTable } from '../../generated/operations.ts';
import { changeCustomFields, isCustomFieldName } from '../../server/accounts/customFields.ts';
import { requireKnownKeys, requirePublicKeys } from '../../server/accounts/fieldSelection.ts';
import { ApiError } from '../../server/errors.ts';
import { scopeOf } from '../../server/serverKeys/serverKeys.ts';
import { tokenOf } from '../../server/steps/authenticate.ts';
import type { ValidRequest } from '../../server/steps/validateRequest.ts';
import { refuseExpand } from '../../server/userLists/listUsers.ts';
import { parseOrder } from '../../server/userLists/order.ts';
import { parseWhere } from '../../server/userLists/where.ts';

/**
 * Applies the server's rules beyond the contract's schemas that need no stored data. Accepts any client id, token, server key and code, and
 * every custom field is public.
 */
export function refuse({ operationId, query, body }: ValidRequest, request: Request): void {
  if (scopeOf(operationId)) {
    if (request.headers.authorization === undefined) throw new ApiError('server_key_invalid');
    return;
  }
  if (request.headers['x-hydrogen-client-id'] === undefined) throw new ApiError('client_unknown');
  const { session } = operationTable[operationId];
  const token = session === 'none' ? undefined : tokenOf(request);
  if (session === 'required' && token === undefined) throw new ApiError('session_required');
  switch (operationId) {
    case 'updatePhoneKuaishou':
      if (token === undefined) throw new ApiError('session_forbidden');
      break;
    case 'updateUser':
      refuseFields(body);
      break;
    case 'getUser':
      refuseExpand(query.expand);
      if (query.keys !== undefined) requireKnownKeys(query.keys);
      break;
    case 'listUsers':
      refuseList(query);
      break;
    default:
  }
}

function refuseFields({
  nickname,
  avatar,
  gender,
  language,
  city,
  province,
  country,
  $unset = {},
  ...custom
}: Record<string, object>): void {
  changeCustomFields({}, custom, Object.keys($unset));
}

function refuseList({ expand, keys, order_by, where }: Record<string, string | undefined>): void {
  refuseExpand(expand);
  const named = [keys, order_by, where].flatMap((text) => text?.match(/\w+/g) ?? []).filter(isCustomFieldName);
  if (keys !== undefined) requirePublicKeys(keys, named);
  if (order_by !== undefined) parseOrder(named, order_by);
  if (where !== undefined) parseWhere(named, where);
}
