import argparse
import urllib.request

parser = argparse.ArgumentParser()
parser.add_argument("--host", required=True)
parser.add_argument("--port", type=int, default=80)
args = parser.parse_args()
print(urllib.request.urlopen(f"http://{args.host}:{args.port}/HelloWorld.html").read().decode())
