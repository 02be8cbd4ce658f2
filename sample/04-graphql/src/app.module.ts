import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { ClerkModule } from 'nestjs-clerk-auth';
import { ClockResolver } from './clock.resolver.js';
import { EmployeeResolver } from './employee.resolver.js';

@Module({
  imports: [
    // Without allowance for clocks that differ: Clerk and this app have the same one.
    ClerkModule.forRoot({ clockSkew: 0 }),
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      autoSchemaFile: true,
      subscriptions: { 'graphql-ws': true },
      // Guards on fields run only with this. Without it, the app would not boot.
      fieldResolverEnhancers: ['guards'],
    }),
  ],
  providers: [EmployeeResolver, ClockResolver],
})
export class AppModule {}
