import { l10n, type LogOutputChannel, Uri, workspace } from 'vscode';
import type { WorkspaceEdit } from 'vscode-languageclient';
import {
  type ConfigurationMap,
  type ExplainParams,
  explainRequest,
  type ExplainResult,
  type MapParams,
  mapRequest,
  type Routes,
  type RoutesParams,
  routesRequest,
  type Way,
  type WayParams,
  wayRequest,
} from '../../../server/src/protocol';
import type { Server } from '../server';
import type { Explained } from './seen';

/** What the panel is about. */
export interface About {
  /** A document of the configuration; '' where there is none. */
  readonly uri: string;
  /** '' for none yet. */
  readonly url: string;
}

/** What the server says about it. */
export interface Told {
  readonly routes: Routes | null;
  readonly way: Way<WorkspaceEdit> | null;
  /** Why there is no way to show; '' for nothing. */
  readonly trouble: string;
}

export const nothingTold: Told = { routes: null, way: null, trouble: '' };

/** Asks the server what the panel shows. Nothing is thrown: what went wrong is logged, and said in words. */
export class Asking {
  readonly #server: Server;
  readonly #output: LogOutputChannel;

  constructor(server: Server, output: LogOutputChannel) {
    this.#server = server;
    this.#output = output;
  }

  async tell({ uri, url }: About): Promise<Told> {
    if (uri === '') return nothingTold;
    const routes = await this.#ask<Routes>(uri, routesRequest, { uri } satisfies RoutesParams);
    if (routes === null)
      return { ...nothingTold, trouble: l10n.t('The configuration is not there any more.') };
    if (url === '') return { ...nothingTold, routes };
    const way = await this.#ask<Way<WorkspaceEdit>>(uri, wayRequest, { uri, url } satisfies WayParams);
    const trouble =
      way === null ? l10n.t('This could not be explained: the output of NGINX WebSocket says why.') : '';
    return { routes, way, trouble };
  }

  async map({ uri }: About): Promise<ConfigurationMap | null> {
    return uri === '' ? null : this.#ask<ConfigurationMap>(uri, mapRequest, { uri } satisfies MapParams);
  }

  async explain({ uri, url }: About): Promise<ExplainResult<WorkspaceEdit> | null> {
    return this.#ask(uri, explainRequest, { uri, url } satisfies ExplainParams);
  }

  /** The verdict with the name of the configuration; null when that does not serve the URL. */
  async explained(about: About): Promise<Explained | null> {
    const result = await this.explain(about);
    if (result === null || result.error !== null) return null;
    const { uri } = about;
    const routes = await this.#ask<Routes>(uri, routesRequest, { uri } satisfies RoutesParams);
    return { uri, name: workspace.asRelativePath(Uri.parse(routes?.main ?? uri)), result };
  }

  /** Opens the document first: the server answers about open ones. */
  async #ask<Result>(uri: string, method: string, params: unknown): Promise<Result | null> {
    try {
      await workspace.openTextDocument(Uri.parse(uri));
      if (!(await this.#server.ready())) return null;
      return await this.#server.request<Result | null>(method, params);
    } catch (error) {
      this.#output.error(`${method} was not answered.`, error);
      return null;
    }
  }
}
