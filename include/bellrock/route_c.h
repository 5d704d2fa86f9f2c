/* SPDX-FileCopyrightText: 2026 The Bellrock Authors
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Routing for programs in any language: ask where to send a request (ZY-013), tell what became of
 * it (ZY-014). Plain C99, no callbacks, no ownership of memory but of routers.
 * libbellrock_route.so.1 keeps this interface: functions are only ever added, structures only grow
 * at their end, and their first field says how much of them the caller knows.
 *
 * Threads: every function may be called from any thread at any time, except that a router must not
 * be used after bellrock_router_close(). Getting a route and reporting its result take no lock and
 * make no system call once the thread knows the service. The library runs a thread of its own from
 * the first call on, which a fork() does not bring into the child: use it there only if the parent
 * has not.
 *
 * Settings come from the environment: BELLROCK_RUN_DIR, BELLROCK_SERVERS and others. */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define BELLROCK_ROUTE_API __attribute__((visibility("default")))
#else
#define BELLROCK_ROUTE_API
#endif

/* What functions return: BELLROCK_OK, or less than 0. Those between -1 and -16 are the canonical
 * codes with a minus; here are those that these functions give, but be ready for others. */
enum {
  BELLROCK_OK = 0,
  /* An argument is NULL where it must not be, a name or a number makes no sense. */
  BELLROCK_INVALID_ARGUMENT = -3,
  /* More than 4096 services in one process. */
  BELLROCK_RESOURCE_EXHAUSTED = -8,
  /* The key's owner is away, and the service's settings want it to be waited for: ask again. */
  BELLROCK_ABORTED = -10,
  /* A structure says something that only a later release of the library knows. */
  BELLROCK_UNIMPLEMENTED = -12,
  /* A bug of the library. */
  BELLROCK_INTERNAL = -13,
  /* No instance can be named: the service has none, no table came in time, nobody owns the key, or
   * the rules are strict. Another try later may succeed. */
  BELLROCK_UNAVAILABLE = -14,
  /* Refused under overload (ZY-040): the service has instances but fails so much that this request
   * is better not sent. There is nothing to report for it. */
  BELLROCK_REFUSED = -10000
};

/* Handle to one service's routing table. */
typedef struct bellrock_router bellrock_router;

/* What rules and policies may know of a request. Begin with all zeros and set `size`:
 *   bellrock_route_query query = {0};
 *   query.size = sizeof query;
 * Strings end with a zero byte unless they have a length, are borrowed for the time of the call,
 * and may be NULL. Newer callers on an older library get BELLROCK_UNIMPLEMENTED if they set what it
 * does not know. */
typedef struct bellrock_route_query {
  size_t size;                /* sizeof(bellrock_route_query) */
  const char* method;         /* "package.Service/Method"; methods are judged apart */
  const char* key;            /* the same key goes to the same instance; any bytes */
  size_t key_length;          /* of `key`, in bytes */
  const char* lane;           /* swim lane */
  const char* caller;         /* "line/service" of this program */
  const char* const* headers; /* for rules: name, value, name, value...; names in lower case */
  size_t header_count;        /* pairs in `headers`, at most BELLROCK_HEADERS_MAX */
  const uint32_t* tried;      /* `slot` of the routes that this request has already tried */
  size_t tried_count;         /* at most BELLROCK_TRIED_MAX */
  uint32_t qos;               /* BELLROCK_QOS_...: who is refused first under overload */
  uint32_t zero;              /* not used */
} bellrock_route_query;

enum { BELLROCK_HEADERS_MAX = 64, BELLROCK_TRIED_MAX = 64 };
enum { BELLROCK_QOS_NORMAL = 0, BELLROCK_QOS_CRITICAL = 1, BELLROCK_QOS_BACKGROUND = 2 };

/* Where to send one request. Set `size` before it is filled:
 *   bellrock_route route = {0};
 *   route.size = sizeof route; */
typedef struct bellrock_route {
  size_t size;        /* sizeof(bellrock_route) */
  char ip[48];        /* IPv4 or IPv6 address as text, without brackets */
  uint16_t port;      /* in the host's byte order */
  uint16_t zero;      /* not used */
  uint32_t slot;      /* for bellrock_route_query.tried */
  uint64_t opaque[4]; /* for bellrock_update_route_result() */
} bellrock_route;

/* Opens the service `name`: "line/service", or an alias "modid:cmdid". Waits up to `timeout_ms`
 * milliseconds for its first table; BELLROCK_UNAVAILABLE if none came. *router is NULL after an
 * error. Close it when it is not needed any more; many of one service share their table. */
BELLROCK_ROUTE_API int bellrock_router_open(const char* name, int64_t timeout_ms,
                                            bellrock_router** router);
/* NULL is let pass. */
BELLROCK_ROUTE_API void bellrock_router_close(bellrock_router* router);

/* Fills *route. `query` may be NULL: a request like any other. */
BELLROCK_ROUTE_API int bellrock_get_route(bellrock_router* router,
                                          const bellrock_route_query* query, bellrock_route* route);

/* `result`: 0 if the request succeeded, anything else if it failed. What is a failure your business
 * decides (ZY-031): not that an account has no money, but that nothing came, too late, or nonsense.
 * `latency_us`: microseconds from sending to the answer or to giving up. Report each route once. */
BELLROCK_ROUTE_API int bellrock_update_route_result(bellrock_router* router,
                                                    const bellrock_route* route, int result,
                                                    int64_t latency_us);

/* The two calls as L5 has them: the service is named by module and command (ZY-019), its alias in
 * the registry. The first call for a service opens it for the life of the process and waits for its
 * table up to `timeout_ms` milliseconds; later calls cost a look into a table of the thread. */
BELLROCK_ROUTE_API int bellrock_get_route_by_id(uint32_t modid, uint32_t cmdid,
                                                const bellrock_route_query* query,
                                                int64_t timeout_ms, bellrock_route* route);
BELLROCK_ROUTE_API int bellrock_update_route_result_by_id(uint32_t modid, uint32_t cmdid,
                                                          const bellrock_route* route, int result,
                                                          int64_t latency_us);

/* Why the last function that failed in this thread failed, in words for a log. Never NULL; stays as
 * it is until this thread's next call of this library. */
BELLROCK_ROUTE_API const char* bellrock_last_error(void);

#ifdef __cplusplus
}
#endif
