/*
 * What the machine's multiply-add instructions can do at most, GFLOP/s, for the parts of the peak in RESULTS.md:
 *
 *     cc -O2 -march=native -DBYTES=16 test/bench/peak.c -o peak && ./peak      128-bit, as WebAssembly has them
 *     cc -O2 -march=native -DBYTES=64 test/bench/peak.c -o peak && ./peak      AVX-512
 *
 * Prints the best of some rounds on one core and on two, as --peak of results.mjs takes them: `152.0,303.0`.
 */
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

typedef float vector __attribute__((vector_size(BYTES)));

/* More independent sums than the latency (4) times the instructions a cycle (2) of any core of today. */
enum { SUMS = 12, STEPS = 4000000, ROUNDS = 20 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

static double speed(void) {
  vector a = {0}, b = {0}, sum[SUMS] = {{0}};
  double start = now();
  for (int step = 0; step < STEPS; step++) {
    /* for all the compiler knows, the factors change with each step, and each sum is read */
    __asm__ volatile("" : "+x"(a), "+x"(b));
#pragma GCC unroll 12
    for (int i = 0; i < SUMS; i++) {
      sum[i] += a * b;
      __asm__ volatile("" : "+x"(sum[i]));
    }
  }
  return 2.0 * SUMS * STEPS * (BYTES / sizeof(float)) / (now() - start) / 1e9;
}

/* The sum over processes that compute at the same time; the best round. */
static double best(int processes) {
  double most = 0;
  for (int round = 0; round < ROUNDS; round++) {
    int ends[2];
    double all = 0;
    if (pipe(ends) != 0) return 0;
    for (int i = 0; i < processes; i++) {
      if (fork() == 0) {
        double mine = speed();
        _exit(write(ends[1], &mine, sizeof mine) != sizeof mine);
      }
    }
    for (int i = 0; i < processes; i++) {
      double one = 0;
      if (read(ends[0], &one, sizeof one) == sizeof one) all += one;
      wait(NULL);
    }
    close(ends[0]);
    close(ends[1]);
    if (all > most) most = all;
  }
  return most;
}

int main(void) {
  printf("%.1f,", best(1));
  printf("%.1f\n", best(2));
  return 0;
}
