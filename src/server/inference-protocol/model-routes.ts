import type { FastifyInstance, FastifySchema, preValidationHookHandler } from 'fastify';
import { type Schema, answer, ref } from '../schemas.js';
import { badRequest } from './bad-request.js';
import { type InferBody, createInfer } from './infer.js';
import { INFER_ANSWERS, INFER_DESCRIPTION, NOT_FOUND, TAG, readyAnswers } from './schemas.js';
import type { ServedModel } from './served-model.js';
import { INPUT, offeredOutputs } from './tensors.js';

interface ModelPath {
  name: string;
  version?: string;
}

/** Of the graph, in the protocol's list of names. */
const PLATFORM = 'onnxruntime_onnx';

const metadata = ({ settings, predictor: { labels } }: ServedModel): Schema => ({
  name: settings.modelName,
  versions: [settings.apiVersion],
  platform: PLATFORM,
  inputs: [{ name: INPUT, datatype: 'BYTES', shape: [-1] }],
  outputs: offeredOutputs(settings.debugProbabilities).map((name) =>
    name === 'label'
      ? { name, datatype: 'BYTES', shape: [-1] }
      : { name, datatype: 'FP32', shape: [-1, labels.length], parameters: { labels: JSON.stringify(labels) } },
  ),
});

/** Refuses any other model or version than the one that is served. */
const refuseOthers =
  ({ settings: { modelName, apiVersion } }: ServedModel): preValidationHookHandler =>
  ({ params }, _reply, done) => {
    const { name, version = apiVersion } = params as ModelPath;
    const served = name === modelName && version === apiVersion;
    done(served ? undefined : badRequest(`There is only the model "${modelName}" here, version "${apiVersion}".`, 404));
  };

interface Place {
  base: string;
  /** What the descriptions of its routes end in. */
  idSuffix: string;
  suffix: string;
  parameters: Schema;
}

/** Where the routes lie: with and without a version in the path. */
function places({ modelName, apiVersion }: ServedModel['settings']): Place[] {
  const name = { type: 'string', enum: [modelName] };
  const version = { type: 'string', enum: [apiVersion] };
  return [
    { base: '/models/:name', idSuffix: '', suffix: '', parameters: { name } },
    {
      base: '/models/:name/versions/:version',
      idSuffix: '_version',
      suffix: ', by version',
      parameters: { name, version },
    },
  ];
}

/** Adds what a client asks about the model and of it. */
export function addModelRoutes(scope: FastifyInstance, served: ServedModel): void {
  const { settings, state } = served;
  const preValidation = refuseOthers(served);
  const about = metadata(served);
  const infer = createInfer(served);
  for (const { base, idSuffix, suffix, parameters } of places(settings)) {
    const describe = (operation: string, summary: string, response: object): FastifySchema => ({
      operationId: `${operation}${idSuffix}`,
      tags: TAG,
      summary: `${summary}${suffix}`,
      params: { type: 'object', properties: parameters },
      response: { ...response, ...NOT_FOUND },
    });
    const metadataSchema = describe('model_metadata', 'Inputs and outputs of the model', {
      200: answer('The metadata.', ref('ModelMetadata')),
    });
    scope.get(base, { preValidation, schema: metadataSchema }, () => about);
    const readySchema = describe('model_ready', 'Whether the model takes requests', readyAnswers);
    scope.get(`${base}/ready`, { preValidation, schema: readySchema }, (_request, reply) =>
      reply.code(state.draining ? 503 : 200).send({ name: settings.modelName, ready: !state.draining }),
    );
    const inferSchema = {
      ...describe('model_infer', 'Classify texts', INFER_ANSWERS),
      description: INFER_DESCRIPTION,
      body: ref('InferRequest'),
    };
    scope.post<{ Body: InferBody }>(`${base}/infer`, { preValidation, schema: inferSchema }, infer);
  }
}
