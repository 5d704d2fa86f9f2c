/* SPDX-FileCopyrightText: 2026 The Bellrock Authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A plain C program on libbellrock_route.so.1, for route_c_test.py:
 *   caller keys SERVICE COUNT   where each of COUNT keys goes: "key-7 127.0.0.1 7001"
 *   caller overload SERVICE     asks for more than the service serves, until it is refused; then
 *                               for what it serves, until that has ended
 *   caller hold SERVICE COUNT   asks for COUNT routes and says where they go; reports them when it
 * is told to by a line, and ends at the next one
 */
#define _POSIX_C_SOURCE 199309L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bellrock/route_c.h"

enum {
  TIMEOUT_MS = 10000,
  ASKED_EACH_KEY = 3,
  SERVED_PER_SLICE = 10, /* of about a hundred that are asked for in a tenth of a second */
  REFUSED_ENOUGH = 100,
  SENT_IN_A_ROW = 1000,
  PATIENCE_S = 60
};

static int Fail(const char* what, int code) {
  fprintf(stderr, "caller: %s: %d: %s\n", what, code, bellrock_last_error());
  return 1;
}

static double Now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int Keys(bellrock_router* router, int count) {
  for (int k = 0; k < count; ++k) {
    char key[32];
    bellrock_route first = {0};
    bellrock_route_query query = {0};
    query.size = sizeof query;
    query.key = key;
    query.key_length = (size_t)snprintf(key, sizeof key, "key-%d", k);
    for (int again = 0; again < ASKED_EACH_KEY; ++again) {
      bellrock_route route = {0};
      route.size = sizeof route;
      int code = bellrock_get_route(router, &query, &route);
      if (code == BELLROCK_OK) code = bellrock_update_route_result(router, &route, 0, 100);
      if (code != BELLROCK_OK) return Fail(key, code);
      if (again == 0) first = route;
      if (route.port != first.port || strcmp(route.ip, first.ip) != 0) {
        fprintf(stderr, "caller: %s moved from port %u to %u\n", key, first.port, route.port);
        return 1;
      }
    }
    printf("%s %s %u\n", key, first.ip, (unsigned)first.port);
  }
  return 0;
}

/* One request each millisecond; `served` of them in each tenth of a second succeed. Until `enough`
 * are refused, or sent in a row; 0 if that came to pass. */
static int Ask(bellrock_router* router, int served, int refused_enough, int sent_enough) {
  const struct timespec millisecond = {0, 1000000};
  const double end = Now() + PATIENCE_S;
  long slice = 0;
  int taken = 0, refused = 0, sent = 0;
  while (refused < refused_enough && sent < sent_enough) {
    bellrock_route route = {0};
    route.size = sizeof route;
    const int code = bellrock_get_route(router, NULL, &route);
    if (code == BELLROCK_REFUSED) {
      ++refused;
      sent = 0;
      if (route.port != 0 || route.ip[0] != '\0') return Fail("a refusal names an instance", code);
    } else if (code == BELLROCK_OK) {
      ++sent;
      if (slice != (long)(Now() * 10)) taken = 0;
      slice = (long)(Now() * 10);
      bellrock_update_route_result(router, &route, ++taken > served, 1000);
    } else {
      return Fail("get", code);
    }
    if (Now() > end) return Fail("out of patience", code);
    nanosleep(&millisecond, NULL);
  }
  return 0;
}

static int Overload(bellrock_router* router) {
  const int never = 1 << 30;
  int code = Ask(router, SERVED_PER_SLICE, REFUSED_ENOUGH, never);
  if (code != 0) return code;
  printf("refused: %s\n", bellrock_last_error());
  code = Ask(router, never, never, SENT_IN_A_ROW);
  if (code == 0) printf("ended\n");
  return code;
}

static int Hold(bellrock_router* router, int count) {
  bellrock_route* routes = calloc((size_t)count, sizeof *routes);
  int code = routes == NULL;
  for (int k = 0; code == 0 && k < count; ++k) {
    routes[k].size = sizeof *routes;
    code = bellrock_get_route(router, NULL, &routes[k]);
    if (code == 0) printf("%s %u\n", routes[k].ip, (unsigned)routes[k].port);
  }
  fflush(stdout);
  getchar();
  for (int k = 0; code == 0 && k < count; ++k) {
    code = bellrock_update_route_result(router, &routes[k], 0, 1000);
  }
  getchar();
  free(routes);
  return code == 0 ? 0 : Fail("hold", code);
}

int main(int argc, char** argv) {
  if (argc < 3) return Fail("usage: caller keys SERVICE COUNT | caller overload SERVICE", 0);
  bellrock_router* router = NULL;
  int code = bellrock_router_open(argv[2], TIMEOUT_MS, &router);
  if (code != BELLROCK_OK) return Fail(argv[2], code);
  const int count = argc > 3 ? atoi(argv[3]) : 100;
  code = strcmp(argv[1], "keys") == 0   ? Keys(router, count)
         : strcmp(argv[1], "hold") == 0 ? Hold(router, count)
                                        : Overload(router);
  bellrock_router_close(router);
  return code;
}
