import { request } from 'node:http';

/** Sends a GET under any `Host`, which `fetch` forbids; resolves with the status. */
export async function askAsHost(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asking = request(url, { headers: { host } }, (response) => {
      response.resume().on('end', () => {
        resolve(response.statusCode);
      });
    });
    asking.on('error', reject).end();
  });
}
