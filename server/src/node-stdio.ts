import {
  type Connection,
  createConnection,
  type MessageReader,
  ProposedFeatures,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';

/**
 * Messages over standard input and output. The process ends when its client is gone, and in words when a message cannot
 * be read.
 */
export function connectStdio(): Connection {
  const reader = new StreamMessageReader(process.stdin);
  const connection = createConnection(ProposedFeatures.all, reader, new StreamMessageWriter(process.stdout));
  let isShutDown = false;
  connection.onShutdown(() => {
    isShutDown = true;
  });
  reader.onClose(() => process.exit(isShutDown ? 0 : 1));
  watchReader(reader, (text, isOver) => {
    process.stderr.write(`nginx-websocket: ${text}\n`, () => {
      if (isOver) process.exit(1);
    });
  });
  return connection;
}

/**
 * Tells when a message cannot be read, or does not come to its end. With a wrong `Content-Length` it is not known where
 * the next message begins, and what was lost may be a change of a document: the server must not go on. A client that
 * starts it again sends all documents.
 *
 * @param tell `isOver`: the server has to end
 */
export function watchReader(
  reader: Pick<MessageReader, 'onError' | 'onPartialMessage'>,
  tell: (text: string, isOver: boolean) => void,
): void {
  reader.onError(({ message }) => {
    const [reason = ''] = message.split('\n');
    tell(`a message of the client cannot be read, so the server ends: ${reason}`, true);
  });
  reader.onPartialMessage(({ waitingTime }) => {
    tell(`a message of the client has not come to its end for ${waitingTime / 1000} s`, false);
  });
}
