/** What the other gateways are made of; the same as ours. */
export interface Materials {
  /** Absolute paths inside the container, PEM: certificate, key, and both in one file. */
  certificate: string;
  key: string;
  bundle: string;
  user: string;
  /** Of the user's password, in the form of crypt(3). */
  hash: string;
  /** `10.0.0.2:8000`, of who answers, and of who answers requests of the group "debug". */
  usual: string;
  debug: string;
}

/**
 * HAProxy as its manual has it; with the list of ciphers and the patience of our gateway. `http-reuse always`
 * keeps connections to the backends in one pool. It writes no log. Pure.
 */
export const haproxyConfiguration = ({ bundle, user, hash, usual, debug }: Materials): string => `global
    nbthread 1
    maxconn 4096
    ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets
    ssl-default-bind-ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384

defaults
    mode http
    option http-keep-alive
    http-reuse always
    timeout connect 1s
    timeout client 65s
    timeout server 10s
    timeout http-request 10s

userlist people
    user ${user} password ${hash}

frontend https
    bind :443 ssl crt ${bundle} alpn h2,http/1.1
    stick-table type ip size 100k expire 10s store http_req_rate(1s)
    http-request track-sc0 src
    http-request deny deny_status 503 if { sc_http_req_rate(0) gt 100000 }
    http-request auth realm fortress unless { http_auth(people) }
    http-request del-header Authorization
    use_backend debug if { req.hdr(X-Experiment-Group) -m str debug }
    default_backend usual

backend usual
    server one ${usual}

backend debug
    server one ${debug}
`;
