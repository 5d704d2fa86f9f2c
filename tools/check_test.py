#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Tests of ./run check: each rule finds what it is for, and leaves alone what it must."""

import pathlib
import sys
import tempfile
import textwrap
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))
from rules import formatting, functions, headers, includes, laws, links  # noqa: E402
from rules.tree import Tree, blank_comments_and_literals  # noqa: E402

SPDX = "// SPDX-FileCopyrightText: 2026 X\n// SPDX-License-Identifier: Apache-2.0\n"
LAYERS = """include:
base: include
fiber: include base
proto: include base
naming: include base proto
"""


class InTree(unittest.TestCase):
    """Makes a small checkout of the given files."""

    def tree(self, **files):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        for name, text in files.items():
            path = pathlib.Path(folder.name, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return Tree(folder.name)

    def laws_of(self, path, text, **more):
        listed = f"add({pathlib.PurePosixPath(path).name})"
        folder = str(pathlib.PurePosixPath(path).parent)
        more.setdefault(f"{folder}/CMakeLists.txt", SPDX.replace("//", "#") + listed)
        found = laws.check(self.tree(**{path: SPDX + text}, **more))
        return [(f.rule, f.line - 2) for f in found]


class Blanking(unittest.TestCase):
    def test_blanks_comments_strings_and_characters_but_keeps_lines(self):
        code = blank_comments_and_literals(
            'a /* throw\nx */ b; // throw\n"throw" \'n\' R"(new\n)";\n'
        )
        self.assertNotIn("throw", code)
        self.assertNotIn("new", code)
        self.assertEqual(code.count("\n"), 4)

    def test_keeps_include_names_and_digit_separators(self):
        code = blank_comments_and_literals("#include \"a/b.h\"\nint x = 1'000'000; int y;\n")
        self.assertIn('"a/b.h"', code)
        self.assertIn("int y;", code)


class Functions(unittest.TestCase):
    def names(self, text):
        code = blank_comments_and_literals(text)
        return [(n, b - a + 1) for a, b, n in functions.cxx_functions(code)]

    def test_finds_methods_with_initialisers_and_trailing_types(self):
        text = """
            namespace a {
            class B : public C {
             public:
              explicit B(int x) : x_{x}, y_(2) {
                if (x) { y_ = 3; }
              }
              auto Get() const noexcept -> Result<int> { return x_; }
              int x_{1};
            };
            template <typename T, class U>
            static T Make(U u)
            {
              auto f = [&](int z) { return z; };
              return f(u);
            }
            constexpr int kTable[] = {1, 2};
            }  // namespace a
        """
        self.assertEqual(self.names(text), [("B", 3), ("Get", 1), ("Make", 6)])

    def test_macros_and_enums_are_no_functions(self):
        text = "#define M(x) \\\n  do { f(x); } while (0)\nenum class E : int { kA };\n"
        text += "struct S { int a; };\n"
        self.assertEqual(self.names(text), [])


class Laws(InTree):
    def test_clean_source_has_no_finding(self):
        self.assertEqual(self.laws_of("src/naming/a.cc", "int F() { return 1; }\n"), [])

    def test_long_function_and_long_line(self):
        body = "int F() {\n" + "  G();\n" * 69 + "}\n"
        self.assertEqual(self.laws_of("src/naming/a.cc", body), [("function-length", 1)])
        self.assertEqual(self.laws_of("src/naming/a.cc", "//" + "x" * 99), [("columns", 1)])

    def test_file_length(self):
        self.assertEqual(self.laws_of("src/naming/a.cc", "\n" * 800)[0][0], "file-length")
        self.assertEqual(self.laws_of("console/src/api/generated.ts", "\n" * 900), [])

    def test_banned_words_in_code_only(self):
        text = '// throw new\nconst char* s = "throw";\nvoid F() { throw 1; }\nauto p = new Foo;\n'
        self.assertEqual(self.laws_of("src/naming/a.cc", text), [("throw", 3), ("new", 4)])

    def test_explained_or_owned_new_is_allowed(self):
        text = "a = new X;  // leaked on purpose: used at exit\nnew (p) X;\n"
        text += "b = std::unique_ptr<X>(new X);\n"
        self.assertEqual(self.laws_of("src/naming/a.cc", text), [])

    def test_operating_system_only_through_its_door(self):
        text = "auto t = std::chrono::steady_clock::now();\nstd::thread t;\nint f = ::open(p, 0);\n"
        expected = [("clock", 1), ("thread", 2), ("file", 3)]
        self.assertEqual(self.laws_of("src/naming/a.cc", text), expected)
        self.assertEqual(self.laws_of("src/fiber/a.cc", text), [])
        self.assertEqual(self.laws_of("src/naming/a_bench.cc", text), [])
        self.assertEqual(self.laws_of("src/naming/a_test.cc", text), [("clock", 1)])

    def test_methods_named_like_system_calls_are_fine(self):
        text = "int n = queue.time(0);\nnetwork.connect(a);\nSleepFor(x);\n"
        self.assertEqual(self.laws_of("src/naming/a.cc", text), [])

    def test_exception_needs_a_reason_and_a_use(self):
        row = {"tools/exceptions.txt": "clock src/naming/a.cc: prints a date\n"}
        text = "auto t = std::chrono::system_clock::now();\n"
        self.assertEqual(self.laws_of("src/naming/a.cc", text, **row), [])
        self.assertEqual(self.laws_of("src/naming/a.cc", "", **row), [("exceptions", -1)])
        bad = {"tools/exceptions.txt": "clock src/naming/a.cc\n"}
        rules = [rule for rule, _ in self.laws_of("src/naming/a.cc", text, **bad)]
        self.assertEqual(sorted(rules), ["clock", "exceptions"])

    def test_unfinished_words(self):
        self.assertEqual(
            self.laws_of("src/naming/a.cc", "// TO" "DO: later\n"), [("unfinished", 1)]
        )

    def test_missing_spdx_and_pragma_once(self):
        found = laws.check(self.tree(**{"src/base/a.h": "int x;\n"}))
        self.assertEqual([f.rule for f in found], ["spdx", "pragma-once"])

    def test_vague_names(self):
        found = laws.check(
            self.tree(**{"src/common/a.h": SPDX + "#pragma once\nclass RouteManager {};\n"})
        )
        self.assertEqual([f.rule for f in found], ["names", "names"])
        text = SPDX + "#pragma once\nclass Metadatabase;\nstruct Core::Inner {};\n"
        self.assertEqual(laws.check(self.tree(**{"src/base/a.h": text})), [])

    def test_source_in_no_cmake_list(self):
        cmake = {"src/naming/CMakeLists.txt": SPDX.replace("//", "#") + "# a.cc\nadd(ba.cc)\n"}
        self.assertEqual(self.laws_of("src/naming/a.cc", "", **cmake), [("cmake", -1)])
        cmake = {
            "src/naming/CMakeLists.txt": SPDX.replace("//", "#") + "file(GLOB x *.cc)\nadd(a.cc)"
        }
        self.assertEqual(self.laws_of("src/naming/a.cc", "", **cmake), [("cmake", -1)])


class Includes(InTree):
    def found(self, path, text):
        files = {"tools/layers.txt": LAYERS, path: text, "src/base/x.h": "", "src/naming/y.h": ""}
        return [f.line for f in includes.check(self.tree(**files))]

    def test_downward_is_allowed_and_upward_refused(self):
        text = '#include "base/x.h"\n#include "naming/y.h"\n#include "bellrock/a.h"\n'
        self.assertEqual(self.found("src/fiber/a.h", text), [2])
        self.assertEqual(self.found("src/naming/a.h", text), [])

    def test_generated_messages_are_the_layer_proto(self):
        text = '#include "bellrock/naming/v1/naming.pb.h"\n'
        self.assertEqual(self.found("src/fiber/a.h", text), [1])
        self.assertEqual(self.found("src/naming/a.h", text), [])

    def test_tests_may_use_fibers_but_sources_may_not(self):
        text = '#include "fiber/z.h"\n'
        self.assertEqual(self.found("src/naming/a_test.cc", text), [])
        self.assertEqual(self.found("src/naming/a.cc", text), [1])

    def test_public_header_takes_the_standard_library_only(self):
        text = "#include <string>\n#include <fmt/format.h>\n"
        self.assertEqual(self.found("include/bellrock/a.h", text), [2])

    def test_unlisted_folder_and_commented_include(self):
        self.assertEqual(self.found("src/stray/a.cc", ""), [1])
        self.assertEqual(self.found("src/base/b.h", '// #include "naming/y.h"\n'), [])


class Links(InTree):
    def found(self, text, **more):
        return [(f.path, f.line) for f in links.check(self.tree(**{"docs/a.md": text}, **more))]

    def test_links_and_anchors_that_resolve(self):
        text = "# A\n[b](b.md#two-words) [self](#a) [folder](../docs) [web](https://x.y/z#q)\n"
        self.assertEqual(self.found(text, **{"docs/b.md": "# B\n## Two `words`\n"}), [])

    def test_broken_links(self):
        text = "# A\n[b](c.md)\n[b](b.md#no)\n[r]: gone.md\n<img src='x.png'>\n[up](../../x)\n"
        found = self.found(text, **{"docs/b.md": "# B\n"})
        self.assertEqual(found, [("docs/a.md", n) for n in (2, 3, 4, 5, 6)])

    def test_code_holds_no_links_and_no_titles(self):
        self.assertEqual(self.found("# A\n```\n# not a title\n[x](no.md)\n```\n`[y](no.md)`\n"), [])

    def test_one_title(self):
        self.assertEqual(self.found("# A\n# B\n"), [("docs/a.md", 2)])
        self.assertEqual(self.found("no title\n"), [("docs/a.md", 1)])


class Headers(InTree):
    def found(self, files):
        notes = []
        tree = self.tree(**files)
        return headers.check(tree, None, notes), notes, tree

    def test_header_that_lacks_an_include(self):
        files = {
            "src/base/a.h": "#pragma once\nstd::string F();\n",
            "src/base/b.h": "#pragma once\n",
        }
        found, _, tree = self.found(files)
        self.assertEqual([f.path for f in found], ["src/base/a.h"])
        again = headers.check(tree, None, [])
        self.assertEqual(len(again), 1, "a failure is never remembered as passed")

    def test_header_that_needs_what_is_not_generated_is_skipped_aloud(self):
        found, notes, _ = self.found({"src/base/a.h": '#include "bellrock/x/v1/x.pb.h"\n'})
        self.assertEqual(found, [])
        self.assertIn("1 skipped", notes[0])

    def test_change_below_a_header_is_noticed(self):
        files = {
            "src/base/a.h": '#pragma once\n#include "base/b.h"\nB F();\n',
            "src/base/b.h": "struct B {};\n",
        }
        found, _, tree = self.found(files)
        self.assertEqual(found, [])
        (tree.root / "src/base/b.h").write_text("struct C {};\n")
        found = headers.check(Tree(tree.root), None, [])
        self.assertEqual([f.path for f in found], ["src/base/a.h"])


class Format(InTree):
    @unittest.skipUnless(formatting.installed(), f"{formatting.FORMATTER} is not installed")
    def test_finds_and_fixes(self):
        tree = self.tree(**{"src/base/a.h": "int  x ;\n", "src/base/b.h": "int x;\n"})
        self.assertEqual([f.path for f in formatting.check(tree, [])], ["src/base/a.h"])
        self.assertEqual(formatting.fix(tree), ["src/base/a.h"])
        self.assertEqual(formatting.check(Tree(tree.root), []), [])


class TheRealTable(unittest.TestCase):
    def test_layers_name_only_layers(self):
        root = pathlib.Path(__file__).parent.parent
        table = includes.read_layers((root / "tools/layers.txt").read_text())
        for layer, allowed in table.items():
            self.assertLessEqual(allowed, set(table), textwrap.shorten(layer, 40))


if __name__ == "__main__":
    unittest.main()
