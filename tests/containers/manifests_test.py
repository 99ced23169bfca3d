#!/usr/bin/env python3
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""Are docker/kubernetes/*.yaml and docker/compose.yaml what they claim?

kubectl decodes a manifest into Go's types without a server: a wrong type is an error, and a field that does not exist is
gone when it comes back, which is how it is noticed here. What only a server knows (such as that a Job must have a
restartPolicy other than Always) is asserted one by one. Needs kubectl and python3-yaml; says so where they are missing.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
MANIFESTS = sorted((ROOT / "docker/kubernetes").glob("*.yaml"))
try:
    import yaml
except ImportError:
    yaml = None


def lost(written, read, path=""):
    """The places in `written` which `read` does not have."""
    if isinstance(written, dict):
        for key, value in written.items():
            if not isinstance(read, dict) or key not in read:
                yield f"{path}/{key}"
            else:
                yield from lost(value, read[key], f"{path}/{key}")
    elif isinstance(written, list):
        for i, value in enumerate(written):
            if not isinstance(read, list) or i >= len(read):
                yield f"{path}/{i}"
            else:
                yield from lost(value, read[i], f"{path}/{i}")


def round_trip(text: str):
    """`text` as kubectl reads it. ERRORS: ValueError with kubectl's message."""
    command = ["kubectl", "set", "image", "--local", "-f", "-", "*=x", "-o", "json"]
    ran = subprocess.run(command, input=text, capture_output=True, text=True)
    if ran.returncode != 0:
        raise ValueError(ran.stderr.strip())
    return json.loads(ran.stdout)


def pod_of(manifest):
    spec = manifest["spec"]
    if manifest["kind"] == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    return spec["template"]["spec"]


@unittest.skipIf(yaml is None, "python3-yaml is not installed")
class Manifests(unittest.TestCase):
    def test_there_are_some(self):
        self.assertEqual([path.name for path in MANIFESTS], ["cronjob.yaml", "job.yaml"])

    @unittest.skipIf(shutil.which("kubectl") is None, "kubectl is not installed")
    def test_kubernetes_knows_every_field(self):
        for path in MANIFESTS:
            with self.subTest(path.name):
                text = path.read_text()
                self.assertEqual(list(lost(yaml.safe_load(text), round_trip(text))), [])

    @unittest.skipIf(shutil.which("kubectl") is None, "kubectl is not installed")
    def test_the_check_notices(self):
        text = MANIFESTS[0].read_text()
        misspelt = text.replace("readOnlyRootFilesystem", "readOnlyRootFileSystem")
        self.assertNotEqual(list(lost(yaml.safe_load(misspelt), round_trip(misspelt))), [])
        with self.assertRaises(ValueError):
            round_trip(text.replace("readOnlyRootFilesystem: true", "readOnlyRootFilesystem: many"))

    def test_pods_are_locked_down(self):
        for path in MANIFESTS:
            with self.subTest(path.name):
                pod = pod_of(yaml.safe_load(path.read_text()))
                (container,) = pod["containers"]
                self.assertEqual(pod["restartPolicy"], "Never")
                self.assertTrue(pod["securityContext"]["runAsNonRoot"])
                self.assertTrue(container["securityContext"]["readOnlyRootFilesystem"])
                self.assertEqual(container["securityContext"]["capabilities"], {"drop": ["ALL"]})
                self.assertIn("memory", container["resources"]["limits"])
                mounted = {mount["name"] for mount in container["volumeMounts"]}
                self.assertEqual(mounted, {volume["name"] for volume in pod["volumes"]})

    def test_the_cron_job_runs_the_job(self):
        by_name = {path.name: yaml.safe_load(path.read_text()) for path in MANIFESTS}
        self.assertEqual(by_name["cronjob.yaml"]["spec"]["jobTemplate"]["spec"], by_name["job.yaml"]["spec"])

    def test_compose_locks_down_as_well(self):
        service = yaml.safe_load((ROOT / "docker/compose.yaml").read_text())["services"]["leat"]
        self.assertTrue(service["read_only"])
        self.assertEqual(service["cap_drop"], ["ALL"])
        self.assertEqual(service["network_mode"], "none")
        self.assertTrue((ROOT / "docker" / service["build"]["context"] / service["build"]["dockerfile"]).is_file())
        self.assertTrue((ROOT / service["command"][1]).is_file())


if __name__ == "__main__":
    result = unittest.main(exit=False, argv=[sys.argv[0]]).result
    bad = len(result.failures) + len(result.errors)
    if result.skipped:
        print("note: SKIPPED " + "; ".join(sorted({reason for _, reason in result.skipped})))
    print(f"{result.testsRun - bad - len(result.skipped)} passed, {bad} failed")
    sys.exit(1 if bad else 0)
