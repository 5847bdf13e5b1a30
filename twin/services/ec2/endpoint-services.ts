/**
 * Endpoint services by name. A name may be several services: S3 and DynamoDB are offered as gateway and as interface
 * endpoints under one name ("com.amazonaws.region.s3", PrivateLink guide), each with its own ServiceId.
 */
import type { Piece } from '../../contract.ts';

/** All of the name, those of the type first. */
export function servicesNamed(services: readonly Piece[], name: unknown, type: string): Piece[] {
  const named = services.filter(({ ServiceName }) => ServiceName === name);
  return [
    ...named.filter((each) => typesOf(each).includes(type)),
    ...named.filter((each) => !typesOf(each).includes(type)),
  ];
}

export function typesOf({ ServiceType }: Piece): string[] {
  return ((ServiceType ?? []) as Piece[]).map((each) => String(each.ServiceType));
}
