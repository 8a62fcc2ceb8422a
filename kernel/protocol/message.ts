import { randomUUID } from "node:crypto";

export const protocolVersion = "5.5";

export interface Header {
  msg_id: string;
  session: string;
  username: string;
  date: string;
  msg_type: string;
  version: string;
  /** In a request: the subshell that it is for; the shell itself if absent. */
  subshell_id?: string;
}

/** One message, without the routing and signature frames that carry it. */
export interface Message<Content = Record<string, unknown>> {
  header: Header;
  /** The request's header in a reply or an output; empty in a request. */
  parent: Header | Record<string, never>;
  metadata: Record<string, unknown>;
  content: Content;
  /** Binary data beside the JSON, used by comms. */
  buffers: Uint8Array[];
}

/** Makes headers that share one session id, as all messages of a kernel or of a client do. */
export function headerFactory(username: string): (type: string) => Header {
  const session = randomUUID();
  return (msg_type) => ({
    msg_id: randomUUID(),
    session,
    username,
    date: new Date().toISOString(),
    msg_type,
    version: protocolVersion,
  });
}
