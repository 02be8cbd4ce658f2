import { describe, expect, it } from '@jest/globals';
import { readOrganizationPermissions } from '../../src/session/permissions.js';

const PACKED = { features: 'o:invoices,uo:reports', names: 'create,read', masks: '3,2' };
const LIST = ['org:invoices:create', 'org:invoices:read', 'org:reports:read'];

describe('the permissions of an organization', () => {
  it('are unpacked once for all who have the same', () => {
    const permissions = readOrganizationPermissions(PACKED);
    expect(permissions).toEqual(LIST);
    expect(readOrganizationPermissions({ ...PACKED })).toBe(permissions);
  });

  it('are frozen, because they are shared', () => {
    expect(Object.isFrozen(readOrganizationPermissions(PACKED))).toBe(true);
  });

  it.each([
    ['features', { ...PACKED, features: 'o:teams' }, ['org:teams:create', 'org:teams:read']],
    [
      'names',
      { ...PACKED, names: 'delete,see' },
      ['org:invoices:delete', 'org:invoices:see', 'org:reports:see'],
    ],
    ['masks', { ...PACKED, masks: '1,0' }, ['org:invoices:create']],
  ])('are never those of a token with other %s', (_part, other, list) => {
    for (let time = 0; time < 2; time += 1) {
      expect(readOrganizationPermissions(PACKED)).toEqual(LIST);
      expect(readOrganizationPermissions(other)).toEqual(list);
    }
  });

  it('are remembered for a hundred kinds at the most', () => {
    const kinds = Array.from({ length: 100 }, (_, kind) => ({ ...PACKED, masks: `3,${kind * 4}` }));
    const lists = kinds.map((packed) => readOrganizationPermissions(packed));
    expect(readOrganizationPermissions(kinds[99] ?? PACKED)).toBe(lists[99]);
    for (let other = 0; other < 100; other += 1) {
      readOrganizationPermissions({ ...PACKED, masks: `1,${other * 4}` });
    }
    const again = kinds.map((packed) => readOrganizationPermissions(packed));
    expect(again).toEqual(lists);
    expect(again.filter((list, at) => list === lists[at])).toEqual([]);
  });
});
