// The package's own types describe a default export, which a CommonJS module does not have here.
declare module 'apache-md5' {
  function apacheMd5(password: string, salt?: string): string;
  export = apacheMd5;
}
