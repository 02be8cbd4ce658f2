import { HttpService } from '@nestjs/axios';
import type { FactoryProvider } from '@nestjs/common';
import axios from 'axios';

/**
 * An `HttpService` of our own, without any defaults: `axios.create()` copies those that the application gave to axios, and
 * its headers would go to Clerk. What each call needs is pinned in `backend-api/http-pins.ts`.
 */
export const httpService: FactoryProvider<HttpService> = {
  provide: HttpService,
  useFactory: () => {
    const instance = axios.create();
    // In place: the methods of the instance hold this very object.
    for (const name of Object.keys(instance.defaults)) {
      Reflect.deleteProperty(instance.defaults, name);
    }
    instance.defaults.headers = { common: {} } as typeof instance.defaults.headers;
    // Of axios there are two sets of types, for ESM and CommonJS: the build of each format meets the other one here.
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-assertion -- only the CommonJS build needs it
    return new HttpService(instance as unknown as HttpService['axiosRef']);
  },
};
