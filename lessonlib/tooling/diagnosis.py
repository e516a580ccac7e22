"""From what pip or venv printed to one clear sentence for the student."""

import re

# The first rule that matches wins, so the order is from the most specific cause to the least.
_RULES = [
    (
        r"no space left on device|\[errno 28\]|disk quota exceeded|not enough space on the disk|winerror 112",
        "O disco está cheio. Libere espaço (com o PyTorch, o curso precisa de uns 8 GB) e rode de novo.",
    ),
    (
        r"winerror 32|being used by another process|winerror 5\b",
        "Um arquivo do ambiente está em uso. Feche o JupyterLab e outros programas Python e rode de novo.",
    ),
    (
        r"winerror 206|long paths?|filename too long|file name too long",
        "O caminho desta pasta é longo demais para o Windows. Mova o curso para perto da raiz do disco, "
        "como C:\\cursos, e rode de novo.",
    ),
    (
        r"permission denied|\[errno 13\]|access is denied|read-only file system|\[errno 30\]",
        "Sem permissão para gravar no ambiente Python. Use uma pasta sua ou desative o ambiente ativo "
        "(assim o curso cria o seu próprio em .venv) e rode de novo.",
    ),
    (
        r"ensurepip is not available|no module named '?ensurepip|python3?-venv|no module named '?venv",
        "Falta ao Python deste sistema o módulo venv. No Debian ou Ubuntu, instale com "
        "“sudo apt install python3-venv” e rode de novo.",
    ),
    (
        r"no module named '?pip\b",
        "Este ambiente Python não tem o pip. "
        "Rode “python -m ensurepip” nele, ou desative o ambiente, e rode de novo.",
    ),
    (
        r"microsoft visual c\+\+ [\d.]+ or greater is required|unable to execute '?\S*(gcc|cc|clang)"
        r"|command '?\S*(gcc|g\+\+|cc|clang|cl\.exe)'? failed|compiler .{0,40}(cannot|can't|not found)"
        r"|could not find (a )?compiler|no acceptable c compiler|xcrun: error|unknown compiler",
        "Um pacote não tem versão pronta para este computador e precisa de um compilador C. "
        "O mais simples é usar o Python 3.11, 3.12 ou 3.13 de 64 bits, que têm pacotes prontos.",
    ),
    (
        r"certificate.verify.failed|sslcertverificationerror|sslerror|ssl module .{0,10}not available",
        "A conexão segura com o servidor de pacotes falhou. Uma rede com proxy ou a data errada do "
        "computador costumam ser a causa. Tente em outra rede e rode de novo.",
    ),
    (
        r"proxyerror|cannot connect to proxy|407 proxy",
        "O proxy da rede recusou a conexão. "
        "Confira as variáveis HTTP_PROXY e HTTPS_PROXY, ou tente em outra rede.",
    ),
    (
        r"name or service not known|temporary failure in name resolution|getaddrinfo failed"
        r"|nameresolutionerror|newconnectionerror|failed to establish a new connection"
        r"|network is unreachable|connecttimeout|connectionreseterror|connection reset"
        r"|readtimeout|read timed out|connection refused|incompleteread"
        r"|nodename nor servname|remotedisconnected|protocolerror",
        "Sem acesso à internet: não consegui baixar os pacotes. Confira a conexão e rode de novo.",
    ),
    (
        r"hashes are required|do not match the hashes|bad zip ?file|is not a zip file",
        "Um pacote chegou corrompido. Rode “python -m pip cache purge” e depois este comando de novo.",
    ),
    (
        r"no matching distribution found for torch"
        r"|could not find a version that satisfies the requirement torch",
        "Não há um PyTorch pronto para este Python neste computador. Use um Python de 64 bits, "
        "versão 3.11 a 3.13 (em Macs com processador Intel não há PyTorch recente).",
    ),
    (
        r"requires-python|requires a different python",
        "Um pacote não aceita esta versão do Python. Use o Python 3.11, 3.12 ou 3.13.",
    ),
    (
        r"resolutionimpossible|conflicting dependencies",
        "Os pacotes que já estão neste ambiente não combinam com os do curso. Desative o ambiente "
        "(o curso cria o seu próprio em .venv) e rode de novo.",
    ),
    (
        r"no matching distribution found|could not find a version that satisfies",
        "Não achei um pacote na versão pedida. "
        "Confira a conexão com a internet e se o Python é o 3.11, 3.12 ou 3.13.",
    ),
]

_UNKNOWN = "A instalação falhou por um motivo que não reconheci; o fim do registro costuma dizer qual."


def explain(output):
    """Return one sentence in pt-BR that says why an installation failed and what to do.

    Parameters
    ----------
    output : str
        What pip or venv wrote: the log or the standard error.

    Returns
    -------
    str

    Examples
    --------
    >>> explain("OSError: [Errno 28] No space left on device").startswith("O disco está cheio.")
    True
    """
    for pattern, sentence in _RULES:
        if re.search(pattern, output, flags=re.IGNORECASE):
            return sentence
    return _UNKNOWN
