import type { CommandName } from './arguments';

const OVERVIEW = `Usage: nginx-websocket COMMAND [OPTION]... FILE|URL...

Says whether WebSocket handshakes get through an nginx configuration, which line stops them, and fixes it.

Commands:
  check       report what is wrong
  fix         apply the safe fixes
  routes      list the locations that hand requests to a back end, with the verdict on handshakes
  explain     follow the handshake for a URL through the configuration, step by step
  verify      try the configuration in a real nginx, in a sandbox, and compare
  probe       open a WebSocket and say how far it gets
  mcp         serve check, explain, routes and probe to language models (Model Context Protocol)
  completion  print what a shell reads to complete commands and options

Options:
  -h, --help   this text; after a command, the help of that command
  --version    the version of this program

Settings, such as the severity of each rule, are read from nginx-websocket.json beside the main file.

Exit status: 0 all is well, 1 something was found, 2 the command line makes no sense, or a FILE or its settings cannot
be read.
`;

const COMMON_OPTIONS = `  --main FILE          the file nginx is started with; without it, a FILE that includes the others, else the
                       nearest nginx.conf upward that includes the FILE, else the FILE itself
  --nginx-version V    the version of nginx, such as 1.28 or 1.28.0 (default: that of nginx-websocket.json, else
                       1.28.0 is assumed)`;

const CHECK = `Usage: nginx-websocket check [OPTION]... FILE...

Reports what keeps WebSocket handshakes from getting through. A FILE is analysed with all that it includes, as part
of the configuration that includes it; a folder means the configurations in it, templates and texts within texts among
them. With - as FILE the standard input is read, as if it were a file in the working directory.

Options:
  --format FORMAT      the form of the report: text (default), json, sarif (for code scanning), github (annotations of
                       a workflow) or gitlab (a code quality report)
${COMMON_OPTIONS}
  --url URL            a URL that is meant for WebSocket, such as wss://example.com/ws; may be given again
  --severity SEVERITY  the least severity that counts: error, warning (default), information or hint; text, github
                       and gitlab print what is as severe, and the exit status is 1 when there is any; json and sarif
                       hold everything
  --baseline FILE      what FILE holds is known: it is not printed and not counted; json and sarif mark it
  --update-baseline    write all that is found to the FILE of --baseline
  -h, --help           this text

Exit status: 0 nothing of that severity was found, 1 something was, or the handshake for a URL of --url or of the
setting websocketUrls is blocked, is not known, or is not what the setting expects, 2 the command line makes no sense
or a FILE cannot be read.

Examples:
  nginx-websocket check /etc/nginx/nginx.conf
  nginx-websocket check .
  nginx-websocket check --format json --nginx-version "$(nginx -V 2>&1)" nginx.conf
  nginx-websocket check --main nginx.conf conf.d/chat.conf
  nginx-websocket check --url wss://example.com/ws nginx.conf
  envsubst < nginx.conf.template | nginx-websocket check -
  docker exec web nginx -T | nginx-websocket check -
  nginx-websocket check --baseline known.json --update-baseline conf.d
`;

const FIX = `Usage: nginx-websocket fix [OPTION]... FILE...

Fixes what can be fixed safely in each FILE and in all files of the configuration it belongs to; a folder means the
configurations in it. Comments, indentation and line endings stay. A file with syntax errors is not touched. With - as
FILE the standard input is fixed and printed, and no file is written.

Options:
  --dry-run            print the changes as a unified diff, and write nothing
${COMMON_OPTIONS}
  --url URL            a URL that is meant for WebSocket, such as wss://example.com/ws; may be given again
  --unsafe             apply suggestions too: they may change what the configuration means
  -h, --help           this text

Exit status: 0 nothing is left to fix, 1 something is, a file was skipped, or --dry-run has something to change,
2 the command line makes no sense or a FILE cannot be read.

Examples:
  nginx-websocket fix --dry-run nginx.conf
  nginx-websocket fix nginx.conf
`;

const ROUTES = `Usage: nginx-websocket routes [OPTION]... FILE

Lists the locations that hand requests to a back end: the verdict on WebSocket handshakes, the URLs that lead there,
and what stops a handshake. With - as FILE the standard input is read.

A handshake passes or is blocked in every case, it depends on what is named (a password, the client's address, a back
end that accepts HTTP/1.0), or it is unknown: the files do not tell.

Options:
  --format FORMAT      the form of the report: text (default) or json
${COMMON_OPTIONS}
  -h, --help           this text

Exit status: 0 the routes were listed, 2 the command line makes no sense or FILE cannot be read.

Examples:
  nginx-websocket routes /etc/nginx/nginx.conf
`;

const EXPLAIN = `Usage: nginx-websocket explain [OPTION]... FILE URL...

Follows the WebSocket handshake for each URL through the configuration, as nginx would: the server, the location, the
request that reaches the back end, and what a back end that keeps to RFC 6455 answers. Where it depends on more than
the URL, each case is listed, and the way of a client is shown that sends no more than it must. A proxy_pass that leads
back to the same nginx is followed: that is the next hop. Nothing is sent. With - as FILE the standard input is read.

Options:
  --format FORMAT      the form of the report: text (default) or json
${COMMON_OPTIONS}
  --url URL            a URL to follow; those after FILE are followed first
  -h, --help           this text

Exit status: 0 all handshakes pass, 1 some do not, 2 the command line or a URL makes no sense, or FILE cannot be read.

Examples:
  nginx-websocket explain nginx.conf ws://localhost/api/chat
  nginx-websocket explain --format json nginx.conf wss://chat.example/ws
`;

const VERIFY = `Usage: nginx-websocket verify [OPTION]... FILE [URL]...

Starts a copy of the configuration in a real nginx, opens each URL, and compares what comes with what explain predicts.
Without a URL, those of all routes are opened. The copy is in a folder of its own and listens on free ports of
127.0.0.1 only; back ends, login services, certificates and pages are stand-ins; the report lists what was changed.
What runs on this machine is not touched, and nothing is left behind. With - as FILE the standard input is read.

Options:
  --nginx PATH         the nginx to run (default: the first on PATH); the prediction is for its version
  --image IMAGE        the nginx of a container image such as nginx:1.28 instead, started by docker or podman
  --auth STATUS        what services of auth_request answer: 200 (default) or 401
  --format FORMAT      the form of the report: text (default) or json
  --main FILE          the file nginx is started with; without it, the nearest nginx.conf upward that includes the
                       FILE, else the FILE itself
  -h, --help           this text

Where a handshake depends on more than the files (a login, an address), it is as predicted when it is one of the cases.

Exit status: 0 all WebSockets opened, 1 some did not, as predicted, 2 the command line makes no sense, FILE cannot be
read or there is no nginx, 3 nginx does otherwise than predicted.

Examples:
  nginx-websocket verify nginx.conf
  nginx-websocket verify --nginx /opt/nginx/sbin/nginx --auth 401 nginx.conf wss://chat.example/ws
`;

const PROBE = `Usage: nginx-websocket probe [OPTION]... URL
       nginx-websocket probe [OPTION]... --all

Opens the WebSocket at the URL, step by step, and closes it again: name, connection, TLS and certificate, handshake,
ping. When it does not open, says why and what to try. When it does, a second handshake has an Origin, as that of a
browser has: back ends often refuse it. Redirects are shown, not followed; proxies of the environment are not used.

Options:
  --all                probe the URLs in websocketUrls of the nginx-websocket.json in the working directory, one after
                       another, each with the other options; json is an array then
  --format FORMAT      the form of the report: text (default) or json
  --header N:V         a header to send, such as "Cookie: session=…"; may be repeated
  --protocol P         a subprotocol to ask for; may be repeated
  --origin ORIGIN      the Origin of the second handshake (default: that of a page of the URL's host)
  --no-origin          no second handshake
  --connect HOST:PORT  connect there; Host, path and the name in the certificate stay those of the URL
  --insecure           go on with a certificate that clients would refuse
  --message TEXT       send it, and wait for it to come back
  --hold SECONDS       keep the idle connection open so long, and say when it is cut
  --timeout SECONDS    for opening, and again for each answer awaited after it (default: 10)
  -h, --help           this text

The report shows ••• for the values of Authorization, Proxy-Authorization, Cookie and Set-Cookie, and of headers named
like a token, password or API key. The URL, its query included, and subprotocols stand in it as typed. Certificates
are trusted as Node does; NODE_EXTRA_CA_CERTS names a file with more authorities.

Exit status: 0 the WebSocket opened (and echoed, and stayed open), 1 it did not, 2 the command line makes no sense, or
the URLs of --all cannot be read. With --all 0 stands for: each did what it is expected to, open unless \`expect\` says
\`blocked\`, either where it says \`depends\`.

Examples:
  nginx-websocket probe wss://chat.example/api/chat
  nginx-websocket probe --hold 70 ws://localhost/api/chat
  nginx-websocket probe --all
  nginx-websocket probe --connect 127.0.0.1:8443 --insecure --format json wss://chat.example/
`;

const MCP = `Usage: nginx-websocket mcp [OPTION]...

A server of the Model Context Protocol on standard input and output, for assistants that speak it. Its tools check,
explain, routes and probe answer with the JSON of these commands. Files are read only, and nothing is sent but by probe,
to the URL of the call. Relative paths are relative to the working directory.

Options:
  -h, --help           this text

Exit status: 0 the input has ended, 2 the command line makes no sense.

Examples:
  nginx-websocket mcp
`;

const COMPLETION = `Usage: nginx-websocket completion SHELL

Prints what SHELL (bash, zsh or fish) reads to complete commands, options and their values.

Options:
  -h, --help           this text

Exit status: 0 it was printed, 2 the command line makes no sense.

Examples:
  source <(nginx-websocket completion bash)
  source <(nginx-websocket completion zsh)
  nginx-websocket completion fish > ~/.config/fish/completions/nginx-websocket.fish
`;

/** The help of a command, or of the whole. */
export function usageOf(command: CommandName | null): string {
  switch (command) {
    case 'check':
      return CHECK;
    case 'fix':
      return FIX;
    case 'routes':
      return ROUTES;
    case 'explain':
      return EXPLAIN;
    case 'verify':
      return VERIFY;
    case 'probe':
      return PROBE;
    case 'mcp':
      return MCP;
    case 'completion':
      return COMPLETION;
    case null:
      return OVERVIEW;
  }
}
