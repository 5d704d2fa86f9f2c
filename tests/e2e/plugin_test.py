# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""A service from nothing: written by `bellrock new`, built outside of our tree, tested, installed,
served by bellrock-host, called by `bellrock call`."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import unittest
import urllib.request

from platform_under_test import BELLROCK, BUILD, PlatformTest, wait_until

HOST = BUILD / "src/host/bellrock-host"
NAME = "shop/price-list"
BUILD_PATIENCE_S = 280  # a busy machine compiles three files


def run(*argv, **more):
    """The finished process, whatever its exit code."""
    return subprocess.run([str(a) for a in argv], text=True, capture_output=True,
                          timeout=BUILD_PATIENCE_S, **more)


def must(*argv, **more):
    done = run(*argv, **more)
    if done.returncode != 0:
        raise AssertionError(f"{argv}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done


class ScaffoldTest(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="bellrock-new-")
        self.addCleanup(shutil.rmtree, self.dir)

    def new(self, *args):
        return run(BELLROCK, "new", *args, cwd=self.dir)

    def test_it_never_overwrites(self):
        self.assertEqual(self.new(NAME).returncode, 0)
        source = pathlib.Path(self.dir, "price-list/price_list.cc")
        source.write_text("mine")
        again = self.new(NAME)
        self.assertEqual(again.returncode, 1)
        self.assertIn("is there already and nothing was written", again.stderr)
        self.assertEqual(source.read_text(), "mine")

    def test_a_bad_name_is_explained(self):
        for name in ("shop", "Shop/prices", "shop/class", "time/zone"):
            refused = self.new(name)
            self.assertEqual(refused.returncode, 2, name)
            self.assertRegex(refused.stderr, r"(name|line|service) '")
        self.assertEqual(os.listdir(self.dir), [])


class HostedTest(PlatformTest):
    """One build of the plug-in NAME for all stories of a class; each has it installed anew."""

    NAME = ""

    @classmethod
    def write_source(cls):
        """Returns the folder of the plug-in's sources."""
        raise NotImplementedError

    @classmethod
    def setUpClass(cls):
        cls.work = pathlib.Path(tempfile.mkdtemp(prefix="bellrock-plugin-"))
        cls.addClassCleanup(shutil.rmtree, cls.work)
        cls.build = cls.work / "build"
        launcher = ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] if shutil.which("ccache") else []
        must("cmake", "-G", "Ninja", "-S", cls.write_source(), "-B", cls.build,
             f"-DBellrock_DIR={BUILD}", *launcher)
        must("cmake", "--build", cls.build)

    def setUp(self):
        super().setUp()
        self.root = self.platform.dir / "root"
        self.home = self.root / self.NAME
        self.install()

    def install(self):
        must("cmake", "--install", self.build, "--prefix", self.root)

    def serve(self, **extra):
        process = self.platform.spawn("host", [HOST, self.home], **extra)
        wait_until("the plug-in to work",
                   lambda: self.platform.working() == 1 or self.platform.ended(process))
        return process

    def address(self):
        found = self.platform.naming("Lookup", {"target": self.NAME})
        return found["instances"][0]["spec"]["address"]

    def call(self, *args, **more):
        return run(BELLROCK, "call", *args, env=self.platform.environment(), **more)

    def host_refuses(self):
        refused = run(HOST, self.home, "--foreground", env=self.platform.environment())
        self.assertEqual(refused.returncode, 2, refused.stderr)
        return refused.stderr


class TallyTest(HostedTest):
    """All kinds of methods, hooks and settings."""

    NAME = "shop/tally"

    @classmethod
    def write_source(cls):
        return pathlib.Path(__file__).parent / "plugin"

    def setUp(self):
        super().setUp()
        self.serve()
        self.said = self.platform.dir / "host.log"

    def sums(self, *args, **more):
        done = self.call(*args, **more)
        return [json.loads(line)["sum"] for line in done.stdout.splitlines()], done

    def test_each_kind_of_method_by_native_frames_and_by_grpc(self):
        for target in (self.NAME, f"grpc://{self.address()}"):
            self.assertEqual(self.sums(target, "Add", '{"numbers": [1, 2]}')[0], [3])
            self.assertEqual(self.sums(target, "Count", '{"numbers": [1, 2]}')[0], [1, 2])
            lines = '{"numbers": [1]}\n\n{"numbers": [2, 3]}\n'
            self.assertEqual(self.sums(target, "AddAll", input=lines)[0], [6])
            self.assertEqual(self.sums(target, "Running", "-", input=lines)[0], [1, 6])
            self.assertEqual(self.sums(target, "Running", lines)[0], [1, 6])

    def test_a_plugin_calls_by_name_and_answers_the_paths_of_its_proto(self):
        self.assertEqual(self.sums(self.NAME, "AddByCall", '{"numbers": [4]}')[0], [4])
        url = f"http://{self.address()}/v1/add?numbers=2&numbers=5"
        with urllib.request.urlopen(url) as answer:
            self.assertEqual(json.loads(answer.read()), {"sum": 7})

    def test_a_callee_that_ends_a_stream_early_is_heard(self):
        got, done = self.sums(self.NAME, "Running", '{"numbers": [1]}\n{}\n{"numbers": [1]}')
        self.assertEqual((got, done.returncode), ([1], 1))
        self.assertIn("nothing to add", done.stderr)

    def test_a_stream_cut_by_a_bad_line_never_looks_complete(self):
        got, done = self.sums(self.NAME, "AddAll", input='{"numbers": [1]}\n{"nums": [2]}\n')
        self.assertEqual((got, done.returncode), ([], 2), done.stderr)
        self.assertIn("nums", done.stderr)
        self.assertEqual(self.sums(self.NAME, "AddAll", input='{"numbers": [1]}')[0], [1])
        self.assertEqual(self.said.read_text().count("added all"), 1)

    def test_a_load_may_read_streams_but_not_send_them(self):
        load = ["--count", 50, "--concurrency", 5, "--json"]
        done = self.call(self.NAME, "Count", '{"numbers": [1, 2]}', *load)
        self.assertEqual(json.loads(done.stdout)["failed"], 0)
        done = self.call(self.NAME, "AddAll", "{}", *load)
        self.assertEqual(done.returncode, 2)
        self.assertIn("takes a stream of requests", done.stderr)

    def test_methods_run_on_workers_and_what_is_not_there_is_told(self):
        self.platform.kill("host", signal.SIGTERM)
        config = self.home / "etc/tally.json"
        config.write_text('{"settings": {"limit": 7}, "workers": {"count": 2, "methods":'
                          ' ["shop.tally.v1.Tally/Add", "shop.tally.v1.Tally/Running"]}}')
        self.serve()
        self.assertEqual(self.sums(self.NAME, "Add", '{"numbers": [1, 2]}')[0], [3])
        self.assertEqual(self.sums(self.NAME, "AddByCall", '{"numbers": [4]}')[0], [4])
        lines = '{"numbers": [1]}\n{"numbers": [2, 3]}\n'
        self.assertEqual(self.sums(self.NAME, "Running", "-", input=lines)[0], [1, 6])
        config.write_text('{"workers": {"methods": ["shop.tally.v1.Tally/Ad"]}}')
        said = self.host_refuses()
        self.assertIn("'workers.methods[0]' is \"shop.tally.v1.Tally/Ad\"", said)
        self.assertIn("one of its services: shop.tally.v1.Tally", said)

    def test_the_hooks_see_the_settings_and_the_end(self):
        self.assertIn('started with {"limit":7}', self.said.read_text())
        self.assertEqual(self.platform.kill("host", signal.SIGTERM), 0)
        self.assertTrue(self.said.read_text().endswith("stopped\n"))
        (self.home / "etc/tally.json").write_text("{}")
        self.assertIn("OnStart of shop.tally.v1.Tally: settings are empty", self.host_refuses())


class PluginTest(HostedTest):
    """What `bellrock new` writes."""

    NAME = NAME

    @classmethod
    def write_source(cls):
        must(BELLROCK, "new", NAME, "--dir", cls.work / "prices")
        return cls.work / "prices"

    def test_its_unit_test_passes(self):
        done = must("ctest", "--test-dir", self.build, "--output-on-failure")
        self.assertIn("100% tests passed, 0 tests failed out of 1", done.stdout)

    def test_it_is_called_by_name_and_by_address(self):
        self.serve()
        done = self.call(NAME, "Greet", '{"name": "Ada"}')
        self.assertEqual((done.returncode, json.loads(done.stdout or "null")),
                         (0, {"text": f"Hello Ada, this is {NAME}"}), done.stderr)
        address = self.address()
        for target in (address, f"native://{address}"):
            done = self.call(target, "shop.price_list.v1.PriceList/Greet", "-",
                             input='{"name": "Bob"}')
            self.assertEqual(json.loads(done.stdout or "null"),
                             {"text": f"Hello Bob, this is {NAME}"}, done.stderr)
        listed = self.call(NAME)
        self.assertIn("Greet(shop.price_list.v1.GreetRequest)", listed.stdout)
        self.assertIn("name: string", listed.stdout)

    def test_an_address_is_called_without_a_platform(self):
        self.serve()
        address = self.address()
        alone = self.platform.environment(BELLROCK_SERVERS="127.0.0.1:1", BELLROCK_AGENT="none")
        done = run(BELLROCK, "call", address, "Greet", '{"name": "Eve"}', env=alone)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_a_load_is_counted_to_the_last_call(self):
        self.serve()
        request = self.platform.dir / "request.json"
        request.write_text('{"name": "Ada"}')
        load = ["--count", 1000, "--concurrency", 8]
        done = self.call(NAME, "Greet", f"@{request}", *load, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        table = json.loads(done.stdout)
        self.assertEqual((table["calls"], table["failed"], table["failed_by_code"]), (1000, 0, {}))
        latency = table["latency_us"]
        ranks = [latency[rank] for rank in ("p50", "p90", "p99", "p999", "max")]
        self.assertEqual(ranks, sorted(ranks))
        self.assertGreater(ranks[0], 0)
        failing = self.call(NAME, "Greet", "{}", *load, "--json")
        self.assertEqual(failing.returncode, 1)
        self.assertEqual(json.loads(failing.stdout)["failed_by_code"], {"INVALID_ARGUMENT": 1000})
        table = self.call(NAME, "Greet", f"@{request}", "--qps", 200, "--duration", "500ms")
        self.assertRegex(table.stdout, r"CALLS +FAILED +CALLS/S +P50(.|\n)* 0 ")

    def test_a_signal_prints_what_there_is(self):
        self.serve()
        load = subprocess.Popen(
            [str(BELLROCK), "call", NAME, "Greet", '{"name": "Ada"}', "--qps", "100", "--json"],
            env=self.platform.environment(), text=True, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)
        self.assertIn("calls", load.stderr.readline())  # the first second's progress
        load.send_signal(signal.SIGINT)
        out, _ = load.communicate(timeout=30)
        self.assertGreater(json.loads(out)["calls"], 0)

    def test_what_is_wrong_with_a_call_is_told(self):
        self.serve()
        for args, code, text in (
                ([NAME, "Greed"], 3, "shop.price_list.v1.PriceList/Greet"),
                ([NAME, "shop.v1.Prices/Greet"], 3, "shop.price_list.v1.PriceList"),
                ([NAME, "Greet", '{"nane": "Ada"}'], 2, "nane"),
                ([NAME, "Greet", "{}"], 2, "name is empty; say who"),
                ([NAME, "Greet", "@/nonexistent"], 3, "/nonexistent"),
                ([NAME, "Greet", "--timeout", "5"], 2, "--timeout '5'"),
                (["prices", "Greet"], 2, "write line/service"),
                (["127.0.0.1:1", "Greet"], 4, "127.0.0.1:1"),
        ):
            done = self.call(*args)
            self.assertEqual(done.returncode, code, f"{args}: {done.stderr}")
            self.assertIn(text, done.stderr)

    def test_streams_are_lines_of_json(self):
        server = self.platform.server
        info = "grpc.reflection.v1.ServerReflection/ServerReflectionInfo"
        done = self.call(server, info, input='{"list_services": "*"}\n\n{"list_services": "*"}\n')
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(len(answers), 2, done.stderr)
        names = [row["name"] for row in answers[1]["list_services_response"]["service"]]
        self.assertIn("bellrock.naming.v1.Naming", names)

    def test_it_leaves_in_order_and_logs_in_its_directory(self):
        self.serve()
        self.assertEqual(self.platform.kill("host", signal.SIGTERM), 0)
        wait_until("it to be gone", lambda: not self.platform.naming(
            "Lookup", {"target": NAME, "include_unusable": True})["instances"])
        log = (self.home / "log/price-list.log").read_text()
        self.assertIn(f"{NAME} serves on", log)
        self.assertIn("ended in order", log)

    def test_its_scripts_start_and_stop_it(self):
        environment = self.platform.environment(BELLROCK_HOST=HOST)
        must(self.home / "bin/start", env=environment)
        wait_until("the plug-in to work", lambda: self.platform.working() == 1)
        self.assertIn("runs already", run(self.home / "bin/start", env=environment).stderr)
        must(self.home / "bin/stop", env=environment)
        self.assertFalse((self.home / "log/price-list.pid").exists())

    def test_a_release_replaces_bin_and_etc_and_keeps_log(self):
        for place in ("bin", "etc", "log"):
            (self.home / place / "mine").write_text("added by hand")
        self.install()
        self.assertEqual(sorted(os.listdir(self.home / "bin")), ["price-list.so", "start", "stop"])
        self.assertEqual(os.listdir(self.home / "etc"), ["price-list.json"])
        self.assertEqual(os.listdir(self.home / "log"), ["mine"])
        (self.home / "bin/price-list.so").rename(self.home / "bin/other.so")
        refused = run("cmake", "--install", self.build, "--prefix", self.root)
        self.assertNotEqual(refused.returncode, 0)
        self.assertTrue((self.home / "bin/other.so").exists())

    def test_the_host_says_what_it_will_not_serve(self):
        checked = must(HOST, "--check", self.home)
        self.assertIn("shop.price_list.v1.PriceList, methods: 1", checked.stdout)
        config = self.home / "etc/price-list.json"
        config.write_text('{"lissten": "127.0.0.1:0"}')
        self.assertIn("'lissten' is not known; known are: listen, loops", self.host_refuses())
        config.write_text('{"protection": {"nonsense": 1}}')
        self.assertIn("nonsense", self.host_refuses())
        config.write_text('{"tls": {"certificate": "gone.pem", "key": "gone.key"}}')
        self.assertIn(f"{self.home}/etc/gone.pem", self.host_refuses())
        config.write_text("{}")
        plugin = self.home / "bin/price-list.so"
        self.compile_plugin("unsigned stranger;")
        self.assertIn("write BELLROCK_PLUGIN(YourService)", self.host_refuses())
        self.compile_plugin("static const unsigned plugin[8] = {999};"
                            "const void* bellrock_plugin(void) { return plugin; }")
        self.assertIn("built for plug-in ABI 999", self.host_refuses())
        self.compile_plugin("void missing(void); void call(void) { missing(); }")
        self.assertIn("undefined symbol: missing", self.host_refuses())
        plugin.unlink()
        self.assertIn("is not there; install it", self.host_refuses())

    def compile_plugin(self, code):
        plugin = self.home / "bin/price-list.so"
        plugin.unlink(missing_ok=True)
        must("cc", "-shared", "-fPIC", "-x", "c", "-", "-o", plugin, input=code)


if __name__ == "__main__":
    unittest.main(verbosity=2)
