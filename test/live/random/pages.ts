/**
 * What `try_files` falls back to, below `/page/` of every root: pages that are there, as those of a real site are. No
 * URL names them, and nothing else leads there.
 */
export const PAGES = ['index.html', 'ws.html', 'chat/room.html'] as const;
