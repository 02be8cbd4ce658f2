import { describe, expect, it } from '@jest/globals';
import { QueryParameter } from '../../src/transport/query-parameter.js';

const parameter = new QueryParameter('orgId');

describe('a query parameter', () => {
  it.each<[string, readonly string[]]>([
    ['/x?orgId=a', ['a']],
    ['/x?z=1&orgId=a&y=2', ['a']],
    ['?orgId=a', ['a']],
    ['https://example.com/x?orgId=a', ['a']],
    ['/x?org%49d=a', ['a']],
    ['/x?%6f%72%67%49%64=%61', ['a']],
    ['/x?orgId=a+b%20c', ['a b c']],
    ['/x?orgId=%C3%A9', ['é']],
    ['/x?orgId=a%zz', ['a%zz']],
    ['/x?orgId=a=b', ['a=b']],
    ['/x?orgId=', ['']],
    ['/x?orgId', ['']],
    // More than one is one too many.
    ['/x?orgId=a&orgId=b', ['a', 'b']],
    ['/x?orgId=a&orgId=b&orgId=c', ['a', 'b']],
    ['/x?orgId=a&org%49d=b', ['a', 'b']],
    // What Fastify takes for the beginning of a query, and what Express drops.
    ['/x#orgId=a', ['a']],
    ['/x;orgId=a', ['a']],
    ['/x?orgId=a#orgId=b', ['a', 'b']],
    ['/x#orgId=a&z=?orgId=b', ['a', 'b']],
    ['/x?z=1#orgId=a', ['a']],
    ['/x??orgId=a', ['a']],
    // Lists and objects to some parsers.
    ['/x?orgId[]=a', ['']],
    ['/x?orgId[0]=a', ['']],
    ['/x?orgId%5B%5D=a', ['']],
    ['/x?orgId[a]=b', ['']],
    ['/x?orgId.a=b', ['']],
    ['/x?orgId]=b', ['']],
    // The very name to some parsers.
    ['/x?[orgId]=a', ['']],
    ['/x?%5BorgId%5D=a', ['']],
    ['/x?[[orgId=a', ['']],
    ['/x?%3ForgId=a', ['']],
    ['/x??orgId=a&[orgId]=b', ['a', '']],
  ])('in %s is %j', (url, values) => {
    expect(parameter.valuesIn(url)).toEqual(values);
  });

  it.each([
    '',
    '/x',
    '/x?',
    '/orgId=a',
    '/x?orgid=a',
    '/x?orgIds=a',
    '/x?xorgId=a',
    '/x?orgI=d',
    '/x?orgI%=a',
    '/x?orgI%4=a',
    '/x?org%2549d=a',
    '/x?z=orgId=a',
    '/x?z=%26orgId%3Da',
    '/x?z=1;orgId=a',
    '/x?z[orgId]=a',
    '/x?orgId%3Da',
    '/x?orgId%00=a',
    '/x?+orgId=a',
    '/x?%',
  ])('is not in %j', (url) => {
    expect(parameter.valuesIn(url)).toEqual([]);
  });

  it('may have any name', () => {
    expect(new QueryParameter('größe').valuesIn('/x?gr%C3%B6%C3%9Fe=a')).toEqual(['a']);
    expect(new QueryParameter('org id').valuesIn('/x?org+id=a&org%20id=b')).toEqual(['a', 'b']);
    expect(new QueryParameter('filter[org]').valuesIn('/x?filter[org]=a')).toEqual(['a']);
    expect(new QueryParameter('__proto__').valuesIn('/x?__proto__=a')).toEqual(['a']);
  });
});
