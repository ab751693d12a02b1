/**
 * Import paths whose repository their host does not spell out. Data only; repositories.ts applies it, after the rules
 * for github.com, golang.org/x, k8s.io, sigs.k8s.io and gopkg.in.
 *
 * Origin: the `go-import` answers of these hosts, as kubelet's dependencies use them. How to extend: docs/sources.md.
 */

/** Import prefix → repository (`owner/name` on GitHub). The longest prefix wins. */
export const REPOSITORY_BY_PREFIX: Readonly<Record<string, string>> = {
  'bitbucket.org/bertimus9/systemstat': 'bitbucket.org/bertimus9/systemstat',
  'cel.dev/expr': 'google/cel-spec',
  'cloud.google.com/go': 'googleapis/google-cloud-go',
  'contrib.go.opencensus.io/exporter/ocagent': 'census-ecosystem/opencensus-go-exporter-ocagent',
  'cyphar.com/go-pathrs': 'cyphar/libpathrs',
  'dario.cat/mergo': 'darccio/mergo',
  'go.etcd.io/bbolt': 'etcd-io/bbolt',
  'go.etcd.io/etcd': 'etcd-io/etcd',
  'go.etcd.io/raft': 'etcd-io/raft',
  'go.mongodb.org/mongo-driver': 'mongodb/mongo-go-driver',
  'go.opencensus.io': 'census-instrumentation/opencensus-go',
  'go.opentelemetry.io/auto/sdk': 'open-telemetry/opentelemetry-go-instrumentation',
  'go.opentelemetry.io/contrib': 'open-telemetry/opentelemetry-go-contrib',
  'go.opentelemetry.io/otel': 'open-telemetry/opentelemetry-go',
  'go.opentelemetry.io/proto/otlp': 'open-telemetry/opentelemetry-proto-go',
  'go.starlark.net': 'google/starlark-go',
  'go.yaml.in/yaml': 'yaml/go-yaml',
  'google.golang.org/api': 'googleapis/google-api-go-client',
  'google.golang.org/appengine': 'golang/appengine',
  'google.golang.org/genproto': 'googleapis/go-genproto',
  'google.golang.org/grpc': 'grpc/grpc-go',
  'google.golang.org/protobuf': 'protocolbuffers/protobuf-go',
  'gotest.tools': 'gotestyourself/gotest.tools',
  'k8s.io/gengo': 'kubernetes/gengo',
  'k8s.io/heapster': 'kubernetes-retired/heapster',
  'k8s.io/klog': 'kubernetes/klog',
  'k8s.io/kube-openapi': 'kubernetes/kube-openapi',
  'k8s.io/system-validators': 'kubernetes/system-validators',
  'k8s.io/utils': 'kubernetes/utils',
  'vbom.ml/util': 'fvbommel/util',
};

/** Where a module lies below its repository's root although its import path does not say so. */
export const SUBDIRECTORY_BY_PREFIX: Readonly<Record<string, string>> = {
  'cyphar.com/go-pathrs': 'go-pathrs',
  'go.opentelemetry.io/auto/sdk': 'sdk',
  'go.opentelemetry.io/proto/otlp': 'otlp',
};

/** Modules whose `vN` is a folder of the repository, not only a part of the import path. */
export const MAJOR_FOLDERS: ReadonlySet<string> = new Set([
  'github.com/blang/semver/v4',
  'github.com/googleapis/gax-go/v2',
  'go.etcd.io/etcd/client/v2',
  'go.etcd.io/etcd/client/v3',
]);

/** Modules of the Kubernetes tree (staging/src/k8s.io), published as kubernetes/NAME. */
export const STAGING: ReadonlySet<string> = new Set(
  (
    'api apiextensions-apiserver apimachinery apiserver cli-runtime client-go cloud-provider cluster-bootstrap ' +
    'code-generator component-base component-helpers controller-manager cri-api cri-client cri-streaming ' +
    'csi-api csi-translation-lib dynamic-resource-allocation endpointslice externaljwt kms kube-aggregator ' +
    'kube-controller-manager kube-proxy kube-scheduler kubectl kubelet legacy-cloud-providers metrics mount-utils ' +
    'node-api pod-security-admission sample-apiserver sample-cli-plugin sample-controller streaming'
  ).split(' '),
);
