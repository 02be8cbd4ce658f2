import { Field, ObjectType } from '@nestjs/graphql';

@ObjectType()
export class Employee {
  @Field(() => String)
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}
