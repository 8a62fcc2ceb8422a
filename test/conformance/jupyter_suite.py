"""Jupyter's own tests of a kernel's messages (jupyter_kernel_test), with cells of ours."""

import unittest

import jupyter_kernel_test


class StrideLabMessages(jupyter_kernel_test.KernelTests):
    kernel_name = "stridelab"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('oh no')"
    completion_samples = [{"text": "Math.hyp", "matches": {"hypot"}}]
    complete_code_samples = ["1 + 1", "const a = [1, 2];", "function f() {\n  return 1;\n}"]
    incomplete_code_samples = ["function f() {", "const a = [1,", "`one line"]
    code_generate_error = "throw new Error('on purpose')"
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "'a' + 'b'", "result": "'ab'"},
        {"code": "[1, 2].length", "result": "2"},
    ]
    code_display_data = [
        {
            "code": "import { display } from 'tslab';\ndisplay.html('<b>bold</b>');",
            "mime": "text/html",
        }
    ]
    code_inspect_sample = "Math.sqrt"
    code_page_something = "import { page } from 'stridelab/notebook';\npage('a long text');"
    code_clear_output = "import { clear } from 'stridelab/notebook';\nclear();"
    supported_history_operations = ("tail", "range", "search")
    code_history_pattern = "6 ? 7"


class StrideLabWelcome(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "stridelab"
    support_iopub_welcome = True


