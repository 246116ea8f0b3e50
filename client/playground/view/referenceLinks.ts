import { useEffect, useState } from 'react';
import { referenceAnchor } from '../docsAnchors.ts';
import { serverRoot } from '../server.ts';
import type { Called } from '../snippets/operations.ts';

interface Contract {
  paths: Record<string, Record<string, { operationId?: string; tags?: string[] }>>;
}

let loading: Promise<Map<string, string>> | undefined;

/** The tag of each operation, which the reference has in its addresses. */
function loadTags(): Promise<Map<string, string>> {
  loading ??= fetch(`${serverRoot}/openapi.client.json`)
    .then((response): Promise<Contract> => response.json())
    .then(({ paths }) => {
      const operations = Object.values(paths).flatMap((item) => Object.values(item));
      return new Map(operations.flatMap(({ operationId, tags: [tag] = [] }) => (operationId && tag ? [[operationId, tag] as const] : [])));
    });
  return loading;
}

/** Returns the address of an operation within the reference; the reference itself until the tags are known. */
export function useReferenceLink(referencePath: string): (called: Called) => string {
  const [tags, setTags] = useState<Map<string, string>>();
  useEffect(() => {
    let isShown = true;
    void loadTags().then((loaded) => isShown && setTags(loaded));
    return () => {
      isShown = false;
    };
  }, []);
  return ({ operationId, method, template }) => {
    const tag = tags?.get(operationId);
    return tag === undefined ? referencePath : `${referencePath}#${referenceAnchor(tag, method, template)}`;
  };
}
