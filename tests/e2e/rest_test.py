# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""The music site and the registry by the HTTP paths of their protos, as curl would ask them, and
the documents that describe them."""

import gzip
import json
import unittest
import urllib.error
import urllib.request

from platform_under_test import PlatformTest


def ask(address, path, verb="GET", body=None, **headers):
    """Returns (status, headers, text) whatever the status."""
    request = urllib.request.Request(f"http://{address}{path}", data=body, method=verb,
                                     headers={k.replace("_", "-"): v for k, v in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


class RestTest(PlatformTest):
    def address(self, service):
        found = self.platform.naming("Lookup", {"target": service})
        return found["instances"][0]["spec"]["address"]

    def test_the_music_site_by_its_paths(self):
        self.platform.start_music(instances=("1",))
        status, _, text = ask(self.address("music/catalog"), "/v1/users/7/mp3s")
        self.assertEqual(status, 200, text)
        songs = json.loads(text)["songs"]
        self.assertEqual([song["id"] for song in songs], ["217", "218", "219", "220", "221"])
        status, _, text = ask(self.address("music/storage"), "/v1/songs?ids=1&ids=2")
        self.assertEqual([song["id"] for song in json.loads(text)], ["1", "2"])
        status, _, text = ask(self.address("music/catalog"), "/v1/users/seven/mp3s")
        self.assertEqual(status, 400)
        self.assertIn("path field user", json.loads(text)["message"])
        status, headers, _ = ask(self.address("music/catalog"), "/v1/users/7/mp3s", "DELETE")
        self.assertEqual((status, headers["Allow"]), (405, "GET, HEAD, OPTIONS"))

    def test_the_registry_by_its_paths(self):
        server = self.platform.server
        self.platform.naming("Register", {"instance": {
            "path": "/sz/d/music/storage/default/1", "address": "127.0.0.1:80"}})
        status, _, text = ask(server, "/v1/naming/services?search=stor&page_size=10")
        self.assertEqual(json.loads(text)["services"][0]["service"], "music/storage", text)
        status, _, text = ask(
            server, "/v1/naming/instances?target=music%2Fstorage&include_unusable=true")
        self.assertEqual(len(json.loads(text)["instances"]), 1, text)
        request = urllib.request.Request(
            f"http://{server}/v1/naming/changes?target=music%2Fstorage",
            headers={"Accept": "application/x-ndjson"})
        with urllib.request.urlopen(request, timeout=30) as stream:
            first = json.loads(stream.readline())
        self.assertTrue(first["full"])

    def test_a_server_describes_itself(self):
        status, headers, text = ask(self.platform.server, "/-/openapi.json",
                                    Accept_Encoding="gzip")
        self.assertEqual((status, headers["Content-Encoding"]), (200, "gzip"))
        document = json.loads(gzip.decompress(text))
        self.assertEqual(document["info"]["title"], "bellrock/server")
        self.assertIn("get", document["paths"]["/v1/naming/services"])
        self.assertIn("post", document["paths"]["/bellrock.naming.v1.Naming/Register"])
        status, headers, text = ask(self.platform.server, "/-/api")
        self.assertEqual(status, 200)
        self.assertIn(b"openapi.json", text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
