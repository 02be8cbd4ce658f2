import { ParseBoolPipe } from '@nestjs/common';
import { CurrentCaller, CurrentMachine, CurrentSession, CurrentUser } from 'nestjs-clerk-auth';

// Only compiled. What Nest infers for these differs between 11 and 12, and became `any` in one of them.
export const right: ParameterDecorator[] = [
  CurrentSession(),
  CurrentSession('userId'),
  CurrentSession(ParseBoolPipe),
  CurrentSession('userId', new ParseBoolPipe(), ParseBoolPipe),
  CurrentCaller(),
  CurrentMachine(ParseBoolPipe),
  CurrentUser(),
  CurrentUser('privateMetadata'),
  CurrentUser('firstName', ParseBoolPipe),
  CurrentUser(ParseBoolPipe),
];

export const wrong: ParameterDecorator[] = [
  // @ts-expect-error a property that no session has
  CurrentSession('user'),
  // @ts-expect-error a method is no property
  CurrentSession('has'),
  // @ts-expect-error neither property nor pipe
  CurrentSession(5),
  // @ts-expect-error a property comes first
  CurrentSession(ParseBoolPipe, 'userId'),
  // @ts-expect-error takes no property
  CurrentCaller('userId'),
  // @ts-expect-error takes no property
  CurrentMachine('subject'),
  // @ts-expect-error a property that no user has
  CurrentUser('email'),
  // @ts-expect-error a property comes first
  CurrentUser(ParseBoolPipe, 'firstName'),
];
