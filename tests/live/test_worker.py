"""worker.js and runtime.js in Chromium: what a reader is told when something stops, is missing or fails."""

import base64
import json
import re

import pytest

from tests.live.conftest import printed, run

LOOP = "x = 5\nwhile True:\n    pass"
BEGIN = "([code, name]) => { window.ending = run(code, name); }"


def begin(page, code):
    page.evaluate(BEGIN, [code, "loop"])


def end(page):
    return page.evaluate("() => inTime(ending)")


def test_python_starts_at_the_first_run_and_says_how_far_it_is(isolated):
    page = isolated.open()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    assert page.evaluate("runtime.state") == "idle" and page.evaluate("progress") == []
    assert run(page, "print(1 + 1)")["said"] == [{"stream": "stdout", "text": "2\n"}]
    assert page.evaluate("runtime.state") == "ready" and page.evaluate("runtime.seconds > 0")
    told = page.evaluate("progress")
    assert told[0]["text"] == "loading Python" and told[-1]["loaded"] > 0.9 * told[-1]["total"]
    assert all(a["loaded"] <= b["loaded"] for a, b in zip(told, told[1:], strict=False))
    run(page, "from companion import pmf_chart")
    assert page.evaluate("progress").pop()["loaded"] == page.evaluate("progress").pop()["total"]
    assert isolated.strange == []


def test_the_pages_python_is_the_one_that_is_documented(isolated):
    page = isolated.open()
    done = run(page, "import sys, numpy\nprint(sys.version_info[:2], numpy.__version__)")
    assert printed(done) == "(3, 14) 2.4.3\n"


def test_stop_interrupts_and_keeps_the_variables_where_memory_is_shared(isolated):
    page = isolated.open()
    assert page.evaluate("crossOriginIsolated")
    run(page, "kept = 7")
    begin(page, LOOP)
    page.wait_for_function("runtime.state == 'running'")
    page.evaluate("() => { window.later = runtime.run('1'); return runtime.stop(); }")
    done = end(page)
    assert done["error"]["plain"] == "Stopped. The variables keep their values." and not done["cleared"]
    assert page.evaluate("later.then(done => done.error.plain)") == "Stopped before it began."
    assert printed(run(page, "print(kept, x)")) == "7 5\n"


def test_stop_restarts_python_elsewhere_and_says_that_the_variables_are_gone(ordinary):
    page = ordinary.open()
    assert not page.evaluate("crossOriginIsolated")
    run(page, "kept = 7")
    begin(page, LOOP)
    page.wait_for_function("runtime.state == 'running'")
    page.evaluate("runtime.stop()")
    done = end(page)
    assert done["cleared"] and "variables are cleared" in done["error"]["plain"]
    assert run(page, "kept")["error"]["name"] == "NameError"


def test_stop_while_python_starts_ends_the_cell(isolated):
    page = isolated.open()
    begin(page, "1")
    page.evaluate("runtime.stop()")
    assert end(page)["error"]["name"] == "Stopped" and page.evaluate("runtime.state") == "idle"
    assert run(page, "2")["said"][0]["bundle"] == {"text/plain": "2"}


def test_cells_run_in_the_order_in_which_they_were_asked_for(isolated):
    page = isolated.open()
    done = page.evaluate("""async () => {
      const text = n => run(`print(${n})`, `cell ${n}`).then(done => done.said[0].text);
      return (await Promise.all([1, 2, 3].map(text))).join("");
    }""")
    assert done == "1\n2\n3\n"


def break_file(page, name, **answer):
    page.context.route(re.compile(rf"/{name}"), lambda route: route.fulfill(**answer))


@pytest.mark.parametrize(
    "file", [r"pyodide\.asm\.wasm", r"python_stdlib\.zip", r"pyodide-lock\.json", "numpy-", r"book-\w+\.zip",
             r"pyodide\.mjs", r"pyodide\.asm\.mjs", r"worker\.js", r"files\.json"],
)  # fmt: skip
def test_a_file_that_is_missing_is_said_and_the_next_run_tries_again(ordinary, file):
    page = ordinary.open()
    break_file(page, file, status=404, body="")
    failed = run(page, "1")["failed"]
    assert re.search(file, failed) and "could not be loaded" in failed and failed.endswith(".")
    assert page.evaluate("runtime.state") == "idle"
    if file in (r"pyodide\.asm\.wasm", "numpy-"):
        page.context.unroute_all()
        assert run(page, "1")["said"][0]["bundle"] == {"text/plain": "1"}


def test_a_file_that_was_altered_is_refused(ordinary):
    page = ordinary.open()
    break_file(page, "numpy-", status=200, body="no wheel")
    assert "it is not the file with which this book was built" in run(page, "import numpy")["failed"]


def test_without_matplotlib_only_the_cell_that_draws_fails(ordinary):
    page = ordinary.open()
    break_file(page, "matplotlib-", status=404, body="")
    run(page, "kept = 7")
    assert "matplotlib-" in run(page, "from companion import pmf_chart")["failed"]
    assert printed(run(page, "print(kept)")) == "7\n"
    page.context.unroute_all()
    assert run(page, "from companion import pmf_chart")["error"] is None


def test_without_a_connection_the_reader_is_told(ordinary):
    page = ordinary.open()
    page.context.route("**/*.wasm", lambda route: route.abort())
    assert run(page, "1")["failed"] == (
        "pyodide.asm.wasm could not be loaded: there is no connection to the book’s server."
    )


@pytest.mark.parametrize(
    ("blocked", "words"),
    [("delete self.WebAssembly;", "does not run WebAssembly"),
     ("for (const name of ['instantiate', 'instantiateStreaming', 'compile', 'compileStreaming'])"
      "WebAssembly[name] = async () => { throw new WebAssembly.CompileError('blocked by the policy'); };",
      "refused to run WebAssembly")],
)  # fmt: skip
def test_a_browser_that_runs_no_webassembly_is_named(ordinary, blocked, words):
    page = ordinary.open()
    (worker,) = ordinary.folder.glob("live/app-*/worker.js")
    source = re.sub(r'(^const HOME)', blocked + r"\n\1", worker.read_text(), flags=re.M)
    break_file(page, r"worker\.js", content_type="text/javascript", body=source)
    assert words in run(page, "1")["failed"]


def test_a_page_opened_as_a_file_says_what_to_do(isolated):
    context = isolated.browser.new_context()
    page = context.new_page()
    page.goto((isolated.folder / "probability/counting/index.html").as_uri())
    (runtime,) = isolated.folder.glob("live/app-*/runtime.js")
    module = "data:text/javascript;base64," + base64.b64encode(runtime.read_bytes()).decode()
    said = page.evaluate("""async module => {
      const { Runtime } = await import(module);
      const config = JSON.parse(document.getElementById("live").textContent);
      return new Runtime(config).run("1").catch(error => error.message);
    }""", module)
    context.close()
    assert "make book" in said and said.endswith(".")


@pytest.mark.parametrize(
    ("code", "name"),
    [("import numpy as np\nnp.testing.assert_allclose(1.0, 1.1)", "AssertionError"),
     ("bytearray(1 << 33)", "OverflowError|MemoryError"),
     ("import numpy as np\nkept = [np.ones(10_000_000) for _ in range(200)]", "MemoryError"),
     ("def f():\n    return f()\nf()", "RecursionError"),
     ("exit()", "SystemExit")],
)  # fmt: skip
def test_python_survives(isolated, code, name):
    page = isolated.open(alone=True)
    done = run(page, code)
    assert re.search(name, json.dumps(done["error"])) and done["error"]["plain"], done
    assert printed(run(page, "print('still here')")) == "still here\n"


def test_what_breaks_python_itself_is_said_and_the_next_run_starts_it_anew(ordinary):
    page = ordinary.open()
    run(page, "kept = 7")
    assert "nests too deep" in run(page, "import json\njson.loads('[' * 100_000)")["failed"]
    assert run(page, "kept")["error"]["name"] == "NameError"


def test_a_cell_that_prints_for_ever_can_be_stopped(isolated):
    page = isolated.open()
    begin(page, "while True:\n    print('again')")
    page.wait_for_function("runtime.state == 'running'")
    page.wait_for_timeout(500)
    page.evaluate("runtime.stop()")
    done = end(page)
    assert done["error"]["name"] == "KeyboardInterrupt" and len(printed(done)) < 250_000
