import { parse, stringify } from 'yaml';

/** Prometheus' own rule file as the object that the Prometheus operator reads. The rules stand in one place, so they are never edited here. */
export const renderPrometheusRule = (alerts: string): string => {
  const rule = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'cephflow', labels: { 'app.kubernetes.io/part-of': 'cephflow' } },
    spec: parse(alerts) as { groups: object[] },
  };
  return `# Made by "npm run generate" from alerts.yaml. Do not edit.\n${stringify(rule, { singleQuote: true, lineWidth: 0 })}`;
};
