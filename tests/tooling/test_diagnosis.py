"""One clear sentence for each way an installation fails, from what pip really prints."""

import pytest

from lessonlib.tooling.diagnosis import explain

NO_NETWORK = """\
WARNING: Retrying (Retry(total=0, connect=None, read=None)) after connection broken by \
'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f>: \
Failed to establish a new connection: [Errno -3] Temporary failure in name resolution')': /simple/torch/
ERROR: Could not find a version that satisfies the requirement torch<3,>=2.6 (from versions: none)
ERROR: No matching distribution found for torch<3,>=2.6
"""
# pip ends so when the index does not answer and the constraints are exact
NO_NETWORK_WITH_CONSTRAINTS = """\
WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by \
'ConnectTimeoutError(<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f>, \
'Connection to 192.0.2.1 timed out.')': /simple/numpy/
ERROR: Cannot install lessonlib because these package versions have conflicting dependencies.
The conflict is caused by:
    The user requested (constraint) numpy==2.4.6
ERROR: ResolutionImpossible: for help visit https://pip.pypa.io/en/latest/topics/dependency-resolution/
"""
NO_COMPILER = """\
  error: subprocess-exited-with-error
  × Building wheel for contourpy (pyproject.toml) did not run successfully.
  │ exit code: 1
  ╰─> [12 lines of output]
      building 'contourpy._contourpy' extension
      error: command 'gcc' failed: No such file or directory
  ERROR: Failed building wheel for contourpy
"""
NO_COMPILER_ON_WINDOWS = """\
      error: Microsoft Visual C++ 14.0 or greater is required. Get it with "Microsoft C++ Build Tools"
  ERROR: Failed building wheel for argon2-cffi-bindings
"""
NO_COMPILER_FOR_MESON = """\
      ../meson.build:1:0: ERROR: Unknown compiler(s): [['cc'], ['gcc'], ['clang']]
"""
FULL_DISK = "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n"
FULL_DISK_ON_WINDOWS = "ERROR: ... [WinError 112] There is not enough space on the disk\n"
PERMISSION = """\
ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: '/usr/lib/python3/x'
Consider using the `--user` option or check the permissions.
"""
IN_USE = (
    "ERROR: Could not install packages due to an OSError: [WinError 32] The process cannot access the file "
    "because it is being used by another process: 'c:\\\\x\\\\_zmq.pyd'\n"
)
NO_ENSUREPIP = """\
The virtual environment was not created successfully because ensurepip is not
available.  On Debian/Ubuntu systems, you need to install the python3-venv
package using the following command.

    apt install python3.11-venv
"""
CERTIFICATE = """\
WARNING: Retrying ... 'SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] \
certificate verify failed: unable to get local issuer certificate'))': /simple/numpy/
ERROR: No matching distribution found for numpy
"""
NO_TORCH = """\
ERROR: Could not find a version that satisfies the requirement torch<3,>=2.6 (from versions: 2.2.0, 2.2.2)
ERROR: No matching distribution found for torch<3,>=2.6
"""
OTHER_VERSION = "ERROR: No matching distribution found for numpy==9.9\n"
LONG_PATH = (
    "ERROR: Could not install packages due to an OSError: [Errno 2] No such file or directory: 'C:\\\\x'\n"
    "HINT: This error might have occurred since this system does not have "
    "Windows Long Path support enabled.\n"
)
CONFLICT = (
    "ERROR: ResolutionImpossible: for help visit https://pip.pypa.io/en/latest/topics/dependency-resolution\n"
)
RETRIED_THEN_NO_COMPILER = "WARNING: Retrying ... ReadTimeoutError ... Read timed out.\n" + NO_COMPILER

CASES = {
    "no network": (NO_NETWORK, "Sem acesso à internet"),
    "no network, with constraints": (NO_NETWORK_WITH_CONSTRAINTS, "Sem acesso à internet"),
    "no compiler": (NO_COMPILER, "precisa de um compilador C"),
    "no compiler, Windows": (NO_COMPILER_ON_WINDOWS, "precisa de um compilador C"),
    "no compiler, meson": (NO_COMPILER_FOR_MESON, "precisa de um compilador C"),
    "a network hiccup before it": (RETRIED_THEN_NO_COMPILER, "precisa de um compilador C"),
    "full disk": (FULL_DISK, "O disco está cheio"),
    "full disk, Windows": (FULL_DISK_ON_WINDOWS, "O disco está cheio"),
    "no permission": (PERMISSION, "Sem permissão para gravar"),
    "file in use": (IN_USE, "Feche o JupyterLab"),
    "Debian without venv": (NO_ENSUREPIP, "sudo apt install python3-venv"),
    "certificate": (CERTIFICATE, "A conexão segura"),
    "no torch for this system": (NO_TORCH, "Não há um PyTorch pronto"),
    "no such version": (OTHER_VERSION, "Não achei um pacote na versão pedida"),
    "Windows long path": (LONG_PATH, "longo demais"),
    "conflict": (CONFLICT, "não combinam"),
    "anything else": ("ERROR: Exception:\nTypeError: unheard of\n", "por um motivo que não reconheci"),
}


@pytest.mark.parametrize("name", CASES)
def test_the_cause_is_named(name):
    output, expected = CASES[name]
    assert expected in explain(output)
