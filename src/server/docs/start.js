// Relative, so that the page works behind any gateway and below any path; no validator, since that
// would ask a server on the internet.
globalThis.SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#description',
  deepLinking: true,
  validatorUrl: null,
});
