// Writes the template of the Grafana dashboard, which people may copy and change like any other.
import { writeFileSync } from 'node:fs';
import { gatewayDashboard } from './gateway.js';

writeFileSync('templates/grafana/dashboards/gateway.json.eta', gatewayDashboard('<%= it.project %>: gateway and APIs'));
