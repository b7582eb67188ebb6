/** The OpenAPI document as a file, got from a node that is started for it and stopped. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig, startNode } from '@fairground/server';

export const OPENAPI_PAGE = 'docs/openapi.json';

export async function openApiPage(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'fairground-docs-'));
  try {
    const config = readConfig({ FAIRGROUND_DATA: dir, PORT: '0', FAIRGROUND_LOG: 'silent' });
    const node = await startNode(config);
    try {
      const { payload } = await node.app.inject({ method: 'GET', url: '/v1/openapi.json' });
      return `${JSON.stringify(JSON.parse(payload), null, 1)}\n`;
    } finally {
      await node.close();
    }
  } finally {
    await rm(dir, { recursive: true });
  }
}
