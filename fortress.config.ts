import { defineConfig } from 'fortress';

// The repo's own stack: the values that the course "Advanced Deployment with Nginx" prescribes.
// `fortress init --preset exam` writes the same for you.
export default defineConfig({
  project: 'fortress',
  preset: 'exam',

  gateway: {
    // Names and addresses that clients use. The first is the declared one; all are in the certificate.
    hosts: ['localhost', '127.0.0.1'],
    httpPort: 8080, // only redirects to HTTPS
    httpsPort: 443,
    // Per client address. What is over it gets the status at once.
    rateLimit: { requestsPerSecond: 10, burst: 5, status: 503 },
  },

  // The APIs behind the gateway. None has a published port: the gateway is the only way in.
  apis: {
    v1: { model: 'model/model.onnx', replicas: 3 },
    // The debug version adds the probability of every label to its answer.
    v2: { model: 'model/model.onnx', replicas: 1, debug: true },
  },

  // The first rule that matches decides; the one without a header is the default.
  routes: [{ header: 'X-Experiment-Group', value: 'debug', to: 'v2' }, { to: 'v1' }],

  // Exporter, Prometheus and Grafana, for this machine only.
  monitoring: {
    bind: '127.0.0.1',
    exporterPort: 9113,
    prometheusPort: 9090,
    grafana: { port: 3000, user: 'admin', password: 'admin' },
  },
});
