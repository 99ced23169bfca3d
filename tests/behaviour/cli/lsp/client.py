import json, subprocess, sys
server = subprocess.Popen(["leat", "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

def send(message):
    text = json.dumps({"jsonrpc": "2.0", **message}).encode()
    server.stdin.write(b"Content-Length: %d\r\n\r\n" % len(text) + text)
    server.stdin.flush()

def receive():
    length = 0
    while (line := server.stdout.readline().strip()):
        length = int(line.split(b":")[1])
    return json.loads(server.stdout.read(length))

def ask(method, **params):
    send({"id": 1, "method": method, "params": params})
    while "id" not in (message := receive()):
        pass
    return message.get("result", message.get("error"))

def mistakes():
    while (message := receive()).get("method") != "textDocument/publishDiagnostics":
        pass
    for one in message["params"]["diagnostics"]:
        print(one["range"]["start"], one["message"])

def at(line, character):
    return {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}

uri = "file:///job.yaml"
text = """stages:
  - read_csv: in.csv
    name: orders
  - derive:
      total: prize * qty
  - write_csv: out.csv
    from: orders
"""
print(sorted(ask("initialize", rootUri=None)["capabilities"]))
send({"method": "textDocument/didOpen", "params": {"textDocument": {"uri": uri, "text": text}}})
mistakes()
text = text.replace("prize", "price").replace("    from: orders\n", "")
send({"method": "textDocument/didChange",
      "params": {"textDocument": {"uri": uri}, "contentChanges": [{"text": text}]}})
mistakes()
print(ask("textDocument/hover", **at(4, 14))["contents"]["value"])
print(ask("textDocument/hover", **at(3, 6))["contents"]["value"].split("\n")[0])
print([item["label"] for item in ask("textDocument/completion", **at(4, 13))][:3])
print(ask("textDocument/completion", **at(6, 0))[0]["label"])
print(ask("no/such"))
print(ask("shutdown"))
send({"method": "exit"})
print(server.wait())
