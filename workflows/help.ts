import { setCurrentDetails } from '@temporalio/workflow';
import { MESSAGE_HELP } from '../src/contract/messages.ts';
import { STARTABLE } from '../src/contract/operations.ts';

/** Ends at once; result and details list every operation with an input to copy, and every message. Touches nothing. */
export async function help(): Promise<unknown> {
  const operations = STARTABLE.map(({ workflowType, does, example, suggestedId }) => ({
    workflowType,
    does,
    taskQueue: 'cephflow',
    workflowId: suggestedId(example),
    input: example,
  }));
  const lines = operations.map(
    ({ workflowType, does, workflowId, input }) =>
      `### ${workflowType}\n${does}\n\nworkflow id \`${workflowId}\`, task queue \`cephflow\`, input:\n\`\`\`json\n${JSON.stringify(input)}\n\`\`\``,
  );
  const messages = Object.entries(MESSAGE_HELP).map(([name, text]) => `- \`${name}\`: ${text}`);
  setCurrentDetails(['# cephflow', ...lines, '### Messages (signal or update)', ...messages].join('\n'));
  return {
    summary: `${operations.length} operations; start one with its type, the task queue "cephflow" and an input like the one shown`,
    operations,
    messages: MESSAGE_HELP,
  };
}
