import type { FastifyReply, FastifyRequest } from 'fastify';
import { BUSY, busy } from '../replies.js';
import { sendJson } from './reply.js';
import type { ServedModel } from './served-model.js';
import {
  type InputTensor,
  type OutputTensor,
  chooseOutputs,
  offeredOutputs,
  textsOf,
  toBinary,
  toTensor,
} from './tensors.js';

/** The request as its schema lets it through. */
export interface InferBody {
  id?: string;
  parameters?: { binary_data_output?: unknown };
  inputs: InputTensor[];
  outputs?: { name: string; parameters?: { binary_data?: unknown } }[];
}

export type Infer = (request: FastifyRequest<{ Body: InferBody }>, reply: FastifyReply) => Promise<FastifyReply>;

/** A client asks for binary outputs one by one or for all of them. */
function isBinary({ parameters, outputs = [] }: InferBody, name: string): boolean {
  const single = outputs.find((output) => output.name === name)?.parameters?.binary_data;
  return (single ?? parameters?.binary_data_output) === true;
}

interface Encoded {
  tensor: Record<string, unknown>;
  bytes?: Buffer;
}

function encode(tensor: OutputTensor, binary: boolean): Encoded {
  if (!binary) return { tensor: { ...tensor } };
  const { data: _, ...rest } = tensor;
  const bytes = toBinary(tensor);
  return { tensor: { ...rest, parameters: { binary_data_size: bytes.length } }, bytes };
}

/** JSON, with the binary data of the outputs behind it where it was asked for. */
function send(reply: FastifyReply, about: Record<string, unknown>, outputs: Encoded[]): FastifyReply {
  const json = JSON.stringify({ ...about, outputs: outputs.map(({ tensor }) => tensor) });
  const data = outputs.flatMap(({ bytes }) => bytes ?? []);
  if (data.length === 0) return sendJson(reply, json);
  return reply
    .type('application/octet-stream')
    .header('inference-header-content-length', Buffer.byteLength(json))
    .send(Buffer.concat([Buffer.from(json), ...data]));
}

/** Handles `POST …/infer`. */
export function createInfer({ settings, predictor }: ServedModel): Infer {
  const { modelName, apiVersion, debugProbabilities } = settings;
  const offered = offeredOutputs(debugProbabilities);

  return async (request, reply) => {
    const { body } = request;
    const texts = textsOf(body.inputs);
    const outputs = chooseOutputs(body.outputs ?? [], offered);
    request.texts = texts.length;
    const predictions = await predictor.predictAll(texts);
    if (predictions === undefined)
      return busy(reply)
        .type('application/json')
        .send(JSON.stringify({ error: BUSY }));
    const about = {
      model_name: modelName,
      model_version: apiVersion,
      ...(body.id === undefined ? {} : { id: body.id }),
    };
    const encoded = outputs.map((name) =>
      encode(toTensor(name, predictions, predictor.labels.length), isBinary(body, name)),
    );
    return send(reply, about, encoded);
  };
}
