import { NativeConnection, Worker } from '@temporalio/worker';
const connection = await NativeConnection.connect({ address: '127.0.0.1:17233' });
const worker = await Worker.create({ connection, taskQueue: 'cephflow', workflowsPath: new URL('./wf.ts', import.meta.url).pathname });
console.log('ready'); await worker.run();
