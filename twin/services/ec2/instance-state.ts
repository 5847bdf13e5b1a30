/** Instances stopped, started and terminated: at once, where AWS takes a minute. Source: EC2 API reference. */
import { AwsError, type Call, type Operation, type Operations, type Piece } from '../../contract.ts';
import { removeInterfaces } from './endpoint-life.ts';
import { notFound } from './not-found.ts';
import { find, onResource, writeOperation } from './write.ts';

const CODES: Record<string, number> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

export const INSTANCE_STATES: Operations = {
  StopInstances: toState('StopInstances', 'StoppingInstances', 'stopping', 'stopped'),
  StartInstances: toState('StartInstances', 'StartingInstances', 'pending', 'running'),
  TerminateInstances: toState('TerminateInstances', 'TerminatingInstances', 'shutting-down', 'terminated'),
};

function toState(action: string, output: string, shown: string, after: string): Operation {
  return writeOperation(
    ['InstanceIds'],
    (input, call) =>
      ((input.InstanceIds ?? []) as string[]).map((id) =>
        onResource(action, 'instance', find(call, 'Instances', 'InstanceId', id), id, call),
      ),
    (input, call) => {
      const instances = ((input.InstanceIds ?? []) as string[]).map((id) => findInstance(id, call));
      for (const { InstanceId, State } of instances) {
        if (State.Name === 'terminated' && after !== 'terminated') throw wrongState(InstanceId, State.Name);
      }
      return { [output]: instances.map((instance) => move(instance, shown, after, call)) };
    },
  );
}

function findInstance(id: string, call: Call): Piece {
  const instance = find(call, 'Instances', 'InstanceId', id);
  if (!instance) throw notFound('i')([id]);
  return instance;
}

function wrongState(id: string, state: string): AwsError {
  return new AwsError(
    'IncorrectInstanceState',
    `The instance '${id}' is not in a state from which it can be changed: ${state}.`,
  );
}

function move(instance: Piece, shown: string, after: string, call: Call): Piece {
  const PreviousState = instance.State;
  const isThere = PreviousState.Name === after;
  if (!isThere) {
    instance.State = { Code: CODES[after], Name: after };
    if (after === 'running') instance.LaunchTime = call.now.toISOString();
    if (after === 'terminated') {
      const ids = ((instance.NetworkInterfaces ?? []) as Piece[]).map((each) =>
        String(each.NetworkInterfaceId),
      );
      removeInterfaces(call.state, call.accountId, call.region, new Set(ids));
    }
  }
  const name = isThere ? after : shown;
  return { InstanceId: instance.InstanceId, PreviousState, CurrentState: { Code: CODES[name], Name: name } };
}
