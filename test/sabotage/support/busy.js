// Keeps a CPU busy for as long as the process that started it lives.
process.on('disconnect', () => process.exit());

function work() {
  const until = performance.now() + 100;
  while (performance.now() < until);
  setImmediate(work);
}

work();
