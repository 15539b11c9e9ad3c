import proto from '@temporalio/proto';
import type { NativeConnection } from '@temporalio/worker';

const { DescribeNamespaceResponse, UpdateNamespaceRequest } = proto.temporal.api.workflowservice.v1;
const { AddSearchAttributesRequest } = proto.temporal.api.operatorservice.v1;

/** What Temporal keeps of a namespace, as far as workers touch it. Every message goes through the real wire format. */
export interface TemporalNamespace {
  connection: NativeConnection;
  attributes: string[];
  retentionDays(): number;
  data: Record<string, string>;
  /** Names of the calls that would have changed something, in order. */
  changes: string[];
}

interface Given {
  attributes?: string[];
  retentionDays?: number;
  data?: Record<string, string>;
  /** Calls that fail, with the gRPC code. */
  failing?: Record<string, number>;
  /** Somebody else who changes the namespace right after a change of ours. */
  meanwhile?: (data: Record<string, string>) => void;
}

const DAY_SECONDS = 24 * 3600;

export function temporalNamespace(given: Given = {}): TemporalNamespace {
  const { attributes = [], retentionDays = 3, data = {}, failing = {} } = given;
  let seconds = retentionDays * DAY_SECONDS;
  const changes: string[] = [];
  const answering = <T>(name: string, answer: () => T): Promise<T> => {
    const code = failing[name];
    return code === undefined
      ? Promise.resolve(answer())
      : Promise.reject(Object.assign(new Error(`${name} fails with ${code}`), { code }));
  };
  const describe = () => {
    const told = { namespaceInfo: { data }, config: { workflowExecutionRetentionTtl: { seconds: seconds as never } } };
    return DescribeNamespaceResponse.decode(DescribeNamespaceResponse.encode(told).finish());
  };
  const update = (request: object) => {
    changes.push('updateNamespace');
    const { config, updateInfo } = UpdateNamespaceRequest.decode(UpdateNamespaceRequest.encode(request).finish());
    const asked = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0);
    if (asked > 0) seconds = asked;
    Object.assign(data, updateInfo?.data ?? {});
    given.meanwhile?.(data);
  };
  const add = (request: object) => {
    changes.push('addSearchAttributes');
    const asked = AddSearchAttributesRequest.decode(AddSearchAttributesRequest.encode(request).finish());
    for (const [name, type] of Object.entries(asked.searchAttributes ?? {})) attributes.push(`${name}:${String(type)}`);
  };
  const listed = () => ({
    customAttributes: Object.fromEntries(attributes.map((one) => [one.split(':')[0] ?? '', 2])),
  });
  const connection = {
    workflowService: {
      describeNamespace: () => answering('describeNamespace', describe),
      updateNamespace: (request: object) => answering('updateNamespace', () => update(request)),
    },
    operatorService: {
      listSearchAttributes: () => answering('listSearchAttributes', listed),
      addSearchAttributes: (request: object) => answering('addSearchAttributes', () => add(request)),
    },
  } as unknown as NativeConnection;
  return { connection, attributes, retentionDays: () => seconds / DAY_SECONDS, data, changes };
}
