/** Where stacks of the field listen, for what names no port: the likeliest first. */
export const USUAL_PORTS = {
  plainHttp: [80, 8080],
  status: [8081],
  api: [8000, 8001, 8002, 8080, 5000],
} as const;
