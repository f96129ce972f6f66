import { isMap, isSeq, parseDocument, type Document, type YAMLMap } from 'yaml';
import type { ServiceFile } from '../../stack/stack.js';
import { podsService } from './names.js';

interface StaticConfig {
  targets?: string[];
  labels?: Record<string, string>;
}

/**
 * Prometheus' configuration with every pod of an API as a target of its own: pods come and go, so it looks them up by
 * name instead of being told a list. What a person's own template says in other words stays as it is.
 * @param apis names of the services that have a Service for all their pods
 */
export function findPods(files: ServiceFile[], apis: string[]): ServiceFile[] {
  return files.map((file) =>
    file.path === 'prometheus.yml' && typeof file.content === 'string'
      ? { ...file, content: withPodLookup(file.content, apis) }
      : file,
  );
}

function withPodLookup(text: string, apis: string[]): string {
  const document = parseDocument(text);
  const jobs = document.get('scrape_configs');
  if (!isSeq(jobs)) return text;
  for (const job of jobs.items) if (isMap(job)) lookUpPods(document, job, apis);
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function lookUpPods(document: Document, job: YAMLMap, apis: string[]): void {
  const configs = (isSeq(job.get('static_configs')) ? (job.toJSON() as { static_configs: StaticConfig[] }) : null)
    ?.static_configs;
  const lookups = (configs ?? []).flatMap((config) => lookupOf(config, apis));
  // One of another kind beside them would get their labels, too.
  if (lookups.length === 0 || lookups.length < (configs?.length ?? 0)) return;
  job.commentBefore = ABOUT;
  job.delete('static_configs');
  job.set('dns_sd_configs', document.createNode(lookups.map(({ lookup }) => lookup)));
  job.set('relabel_configs', document.createNode([REPLICA, ...lookups.flatMap(({ labels }) => labels)]));
}

/** Takes the place of what the template says of a list of replicas. */
const ABOUT =
  ' Every pod of an API, looked up by the name that stands for all of them: which API ("arm") and which pod.';

/** The pod's address; its name is known to Kubernetes only. */
const REPLICA = { source_labels: ['__address__'], target_label: 'replica' };

/** New pods are asked for their figures at most this late. */
const REFRESH = '10s';

function lookupOf({ targets = [], labels = {} }: StaticConfig, apis: string[]): { lookup: object; labels: object[] }[] {
  const [target = ''] = targets;
  const [host = '', port] = target.split(':');
  if (targets.length !== 1 || !apis.includes(host)) return [];
  const name = podsService(host);
  const { replica: _, ...others } = labels;
  return [
    {
      lookup: { names: [name], type: 'A', port: Number(port), refresh_interval: REFRESH },
      labels: Object.entries(others).map(([label, value]) => ({
        source_labels: ['__meta_dns_name'],
        regex: name,
        target_label: label,
        replacement: value.replaceAll('$', '$$$$'),
      })),
    },
  ];
}
