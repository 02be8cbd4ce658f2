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
    return new HttpService(instance);
  },
};
